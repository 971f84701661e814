package io.tidemark.gateway.purge;

import io.tidemark.contracts.Target;
import io.tidemark.gateway.cache.PurgeSubject;
import java.util.Optional;

/** The forms of paths by which stored responses are found in an index. */
public final class Reaches {
    private Reaches() {}

    /** The path of a stored response, in the form in which it is compared. */
    public static String normalPath(PurgeSubject subject) {
        return Cover.pathOf(subject);
    }

    /** The path, in the same form, that a {@code url} target covers alone; empty if it covers more. */
    public static Optional<String> normalPath(Target target) {
        return target.kind() == Target.Kind.URL
                ? Reach.of(target.value()).map(reach -> reach.rest().split("\\?", 2)[0])
                : Optional.empty();
    }
}
