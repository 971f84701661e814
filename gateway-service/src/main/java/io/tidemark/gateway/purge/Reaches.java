package io.tidemark.gateway.purge;

import io.tidemark.contracts.Target;
import io.tidemark.gateway.cache.PurgeSubject;

/** The forms of paths by which stored responses are found in an index. */
public final class Reaches {
    private Reaches() {}

    /** The path of a stored response, in the form in which it is compared. */
    public static String normalPath(PurgeSubject subject) {
        return Cover.pathOf(subject);
    }

    /** The path, in the same form, of a {@code url} target. */
    public static String normalPath(Target target) {
        return Reach.of(target).rest().split("\\?", 2)[0];
    }
}
