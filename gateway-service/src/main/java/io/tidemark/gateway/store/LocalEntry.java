package io.tidemark.gateway.store;

import io.tidemark.gateway.cache.StoredResponse;
import io.tidemark.gateway.purge.PurgeMemo;
import java.time.Duration;

/** A stored response in this process, which is its own memo of the last verdict: there are many. */
public final class LocalEntry extends PurgeMemo {
    private static final Duration LONGEST = Duration.ofDays(3650);

    private final StoredResponse response;
    private final int keepSeconds;

    /** @param keep for how long it can be of use; ten years at most */
    LocalEntry(StoredResponse response, Duration keep) {
        this.response = response;
        Duration kept = keep.compareTo(LONGEST) > 0 ? LONGEST : keep;
        this.keepSeconds = (int) kept.plusNanos(999_999_999).toSeconds();
    }

    int keepSeconds() {
        return keepSeconds;
    }

    public StoredResponse response() {
        return response;
    }

    public PurgeMemo memo() {
        return this;
    }
}
