package io.tidemark.contracts;

import java.time.Instant;
import java.util.List;

/**
 * One record of {@link Topics#PREVIEWS}: how many stored responses would a purge cover? Each gateway answers with a
 * {@link PreviewCount}.
 *
 * @param id unique; the answers carry it
 * @param targets as those of a {@link Purge}
 * @param askedAt the asking service's wall clock; gateways pass over questions that are old by theirs
 */
public record Preview(int schema, String id, List<Target> targets, Instant askedAt) {
    public static final int SCHEMA = 1;

    public Preview {
        targets = List.copyOf(targets);
        if (targets.isEmpty() || targets.size() > Purge.MAX_TARGETS) {
            throw new IllegalArgumentException("a preview has 1 to " + Purge.MAX_TARGETS + " targets");
        }
    }
}
