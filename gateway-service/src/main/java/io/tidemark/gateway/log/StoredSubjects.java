package io.tidemark.gateway.log;

import io.tidemark.gateway.cache.PurgeSubject;
import java.util.function.Consumer;

/** The responses that this gateway holds itself, as purges see them; the store provides it. */
@FunctionalInterface
public interface StoredSubjects {
    /** Visits each once; those that come and go meanwhile may or may not be visited. */
    void forEach(Consumer<PurgeSubject> visitor);
}
