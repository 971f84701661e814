package io.tidemark.gateway.cache;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which of the stored responses of a key is the one for a request (RFC 9111 §4.1). */
final class Selection {
    private Selection() {}

    /** Of several the one with the latest Date; null if none matches. */
    static @Nullable Candidate select(PresentedRequest request, List<Candidate> candidates) {
        Candidate selected = null;
        for (Candidate candidate : candidates) {
            if (candidate.verdict() == PurgeVerdict.ABSENT
                    || !candidate.response().variant().matches(request.headers())) {
                continue;
            }
            if (selected == null || date(candidate).isAfter(date(selected))) {
                selected = candidate;
            }
        }
        return selected;
    }

    /** Why none was selected. */
    static FwdReason missReason(List<Candidate> candidates) {
        for (Candidate candidate : candidates) {
            if (candidate.verdict() != PurgeVerdict.ABSENT) {
                return FwdReason.VARY_MISS;
            }
        }
        return FwdReason.URI_MISS;
    }

    private static Instant date(Candidate candidate) {
        return candidate.response().head().date();
    }
}
