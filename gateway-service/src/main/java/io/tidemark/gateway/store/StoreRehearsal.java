package io.tidemark.gateway.store;

import io.tidemark.contracts.Position;
import io.tidemark.gateway.cache.CacheKey;
import io.tidemark.gateway.cache.KeySettings;
import io.tidemark.gateway.cache.PresentedRequest;
import io.tidemark.gateway.cache.PurgeSubject;
import io.tidemark.gateway.cache.ResponseHead;
import io.tidemark.gateway.cache.StoredBody;
import io.tidemark.gateway.cache.StoredResponse;
import io.tidemark.gateway.cache.Variant;
import io.tidemark.gateway.http.Headers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Uses the region's store as requests will, before there are any: the first calls of a process take longer than their budget,
 * and each of those would be a call to the origin. It is over when {@link #ENOUGH} rounds in a row went well, or when its limit is, so
 * that a region's store that is down holds no gateway back. Nothing of it outlives a few seconds.
 */
public final class StoreRehearsal {
    static final int ENOUGH = 10;
    static final Duration PAUSE = Duration.ofMillis(20);
    private static final Duration KEPT = Duration.ofSeconds(5);

    /** How far it is; the label is for people. */
    public enum Outcome {
        UNDER_WAY,
        DONE,
        /** The store did not answer well enough in time. */
        GIVEN_UP;

        public String label() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }

    private final RegionStore store;
    private final Scheduler timer;
    private final Duration limit;
    private final CacheKey key;
    private final PresentedRequest request;
    private final StoredResponse response;
    private volatile Outcome outcome = Outcome.UNDER_WAY;

    /**
     * One that has not begun.
     *
     * @param name who this gateway is: no two may rehearse on one key
     * @param limit how long it may take at most
     */
    public StoreRehearsal(RegionStore store, Scheduler timer, Duration limit, String name) {
        this.store = store;
        this.timer = timer;
        this.limit = limit;
        this.request = new PresentedRequest("GET", "http", "rehearsal.invalid", '/' + name, null, Headers.empty());
        this.key = CacheKey.of("rehearsal", request, KeySettings.urlOnly());
        this.response = new StoredResponse(
                new ResponseHead(200, Headers.of("Cache-Control", "max-age=5"), Instant.EPOCH, Instant.EPOCH),
                Variant.of(Headers.empty(), Headers.empty()),
                StoredBody.complete(new byte[] {1}),
                new Position("rehearsal", 0),
                new PurgeSubject(List.of(request.authority()), request.path(), null, Set.of()));
    }

    /** Begins; once. */
    public void begin() {
        var _ = Mono.defer(() -> Mono.fromCompletionStage(this::round))
                .repeatWhen(rounds -> rounds.delayElements(PAUSE, timer))
                .scan(0, (inARow, well) -> well ? inARow + 1 : 0)
                .filter(inARow -> inARow >= ENOUGH)
                .next()
                .map(_ -> Outcome.DONE)
                .timeout(limit, Mono.just(Outcome.GIVEN_UP), timer)
                .subscribe(ended -> outcome = ended);
    }

    /** Writes, takes and gives back the flag, and reads: whether all of it was done in time. */
    private CompletionStage<Boolean> round() {
        return store.store(key, response, KEPT)
                .thenCompose(stored -> stored ? store.takeRefresh(key, request.path(), KEPT) : no())
                .thenCompose(taken -> {
                    if (!taken) {
                        return no();
                    }
                    store.releaseRefresh(key, request.path(), true);
                    return store.find(key, request).thenApply(found -> !found.isEmpty());
                });
    }

    private static CompletionStage<Boolean> no() {
        return CompletableFuture.completedFuture(false);
    }

    public Outcome outcome() {
        return outcome;
    }
}
