package io.tidemark.writequeue.delivery;

import io.tidemark.contracts.Target;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Divides targets among purges, so that each fits a record of the purge log. */
final class PurgeParts {
    /** What a purge's record has beside its targets, in bytes: ids, a time, and its first target as its key. */
    private static final int BESIDE = 4096;

    private PurgeParts() {}

    /**
     * The targets in their order.
     *
     * @param largest how many bytes a record may have; one target may be more
     */
    static List<List<Target>> of(List<Target> targets, int largest) {
        List<List<Target>> parts = new ArrayList<>();
        List<Target> part = new ArrayList<>();
        int bytes = 0;
        for (Target target : targets) {
            int more = 2 * target.toString().getBytes(StandardCharsets.UTF_8).length + 16; // each may be escaped
            if (!part.isEmpty() && bytes + more > largest - BESIDE) {
                parts.add(part);
                part = new ArrayList<>();
                bytes = 0;
            }
            part.add(target);
            bytes += more;
        }
        if (!part.isEmpty()) {
            parts.add(part);
        }
        return parts;
    }
}
