package io.tidemark.invalidation.receipts;

import io.tidemark.contracts.Position;
import java.util.ArrayList;
import java.util.List;

/** The purge log's epochs in the order in which they were met; each is one topic that was created anew. */
final class Epochs {
    private static final int REMEMBERED = 16;

    private final List<String> met = new ArrayList<>();

    void met(String epoch) {
        if (!met.contains(epoch)) {
            met.add(epoch);
            if (met.size() > REMEMBERED) {
                met.removeFirst();
            }
        }
    }

    /**
     * Whether a gateway at this watermark can no longer serve what the purge covers: it has applied it, or it has moved to
     * a later log and has dropped all that it held.
     */
    boolean covers(Position watermark, Position purge) {
        if (watermark.epoch().equals(purge.epoch())) {
            return watermark.offset() >= purge.offset();
        }
        int old = met.indexOf(purge.epoch());
        return old >= 0 && met.indexOf(watermark.epoch()) > old;
    }

    /** A version that cannot erase persons takes that for a purge of everything, and is not done with it. */
    boolean hasApplied(Member member, TrackedPurge purge) {
        return covers(member.last().position(), purge.position()) && (!purge.erasesPersons() || member.erasesPersons());
    }
}
