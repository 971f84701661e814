package io.tidemark.gateway.documents.store;

import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code tidemark.documents.origin.*}: documents that the origin hears of, through the write queue. In one region only.
 *
 * @param writeType the type of the write that a change is; empty: the origin hears of nothing
 * @param eraseType the type of the write that an erasure is; empty: the origin hears of no erasure
 * @param pause how long edits are gathered
 * @param timeout of a call to the write queue
 */
public record OriginForward(
        @DefaultValue("") String writeType,
        @DefaultValue("") String eraseType,
        @DefaultValue("10s") Duration pause,
        @DefaultValue("5s") Duration timeout) {
    /** To nobody. */
    static final OriginForward NONE = new OriginForward("", "", Duration.ofSeconds(10), Duration.ofSeconds(5));

    public OriginForward {
        if (writeType.isEmpty() && !eraseType.isEmpty()) {
            throw new IllegalArgumentException(
                    "tidemark.documents.origin.erase-type needs tidemark.documents.origin.write-type");
        }
        if (pause.isNegative() || pause.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("tidemark.documents.origin.pause must be from 0 to 1 h: " + pause);
        }
        if (timeout.toMillis() < 1 || timeout.compareTo(WorkList.LEASE.dividedBy(3)) > 0) {
            throw new IllegalArgumentException(
                    "tidemark.documents.origin.timeout must be from 1 ms to 10 s: " + timeout);
        }
    }

    /** Whether the origin hears of documents. */
    boolean isOn() {
        return !writeType.isEmpty();
    }
}
