package io.tidemark.gateway.documents.rooms;

import io.tidemark.gateway.documents.store.DocumentName;
import io.tidemark.gateway.documents.store.DocumentOwners;
import io.tidemark.gateway.documents.store.DocumentStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * What all rooms of a gateway share.
 *
 * @param workers do what takes long: merging
 * @param gateway this one's name among those of the region
 * @param ended told of each room that has
 */
public record RoomServices(
        DocumentStore store,
        DocumentOwners owners,
        NewsChannel news,
        Executor workers,
        DocumentMeters meters,
        RoomLimits limits,
        String gateway,
        InstantSource clock,
        BiConsumer<DocumentName, Room> ended) {
    /** For news that is on its way over another connection. */
    private static final Duration SHORTLY = Duration.ofMillis(20);

    Instant now() {
        return clock.instant();
    }

    /** Tells the other gateways what is not stored. If that fails it is said again by the clients, or expires. */
    void tell(DocumentName name, byte[] said) {
        var _ = store.tell(name, said);
    }

    void later(Runnable task) {
        CompletableFuture.delayedExecutor(SHORTLY.toMillis(), TimeUnit.MILLISECONDS, workers)
                .execute(task);
    }
}
