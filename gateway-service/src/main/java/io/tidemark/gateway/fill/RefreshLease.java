package io.tidemark.gateway.fill;

import io.tidemark.gateway.cache.CacheKey;
import io.tidemark.gateway.cache.PresentedRequest;
import io.tidemark.gateway.store.RegionStore;
import io.tidemark.gateway.store.TieredStore;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * The region's refresh flags: who holds a key's flag asks the origin, the others of the region use what it stores. A flag is
 * held by short leases that are renewed meanwhile, so that one whose holder died is free within {@link #LEASE}; a holder
 * that is done tells the others. Nothing but the number of calls to the origin depends on it.
 */
final class RefreshLease {
    private static final Duration LEASE = Duration.ofSeconds(1);
    private static final Duration RENEWAL = Duration.ofMillis(200);

    /** The first look is for a notice that came before anybody listened, the others for a holder that died. */
    private static final Duration FIRST_LOOK = Duration.ofMillis(10);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    /** Of all instances: an owner is never named twice. */
    private static final AtomicLong COUNT = new AtomicLong();

    private final TieredStore store;
    private final Scheduler timer;
    private final String prefix;

    /** @param prefix who this gateway is, for people who look at a flag */
    RefreshLease(TieredStore store, Scheduler timer, String prefix) {
        this.store = store;
        this.timer = timer;
        this.prefix = prefix + '-' + ProcessHandle.current().pid() + '-';
    }

    /** A flag that this gateway holds until it gives it back. */
    final class Held {
        private final CacheKey key;
        private final String owner;
        private final Disposable renewal;

        private Held(CacheKey key, String owner) {
            this.key = key;
            this.owner = owner;
            this.renewal = timer.schedulePeriodically(
                    () -> store.extendRefresh(key, owner, LEASE),
                    RENEWAL.toMillis(),
                    RENEWAL.toMillis(),
                    TimeUnit.MILLISECONDS);
        }

        /** Does nothing for it any more, as if this process had died. */
        void abandon() {
            renewal.dispose();
        }

        /**
         * Gives it back, and tells the others.
         *
         * @param stored whether the others of the region find something in the shared store now
         */
        void release(boolean stored) {
            renewal.dispose();
            store.releaseRefresh(key, owner, stored);
        }
    }

    /**
     * The key's flag, or nothing if somebody else of the region holds it. Whoever gets it finds in the local store what the region
     * has of the key by then.
     *
     * @param keep for how long a response can be of use
     */
    Mono<Held> take(CacheKey key, PresentedRequest request, TieredStore.Keeping keep) {
        return Mono.defer(() -> {
            String owner = prefix + COUNT.incrementAndGet();
            return Mono.fromCompletionStage(() -> store.takeRefresh(key, request, keep, owner, LEASE))
                    .filter(Boolean::booleanValue)
                    .map(_ -> new Held(key, owner));
        });
    }

    /** How the wait for a flag ended. */
    enum Freed {
        /** Its holder was done, and something is in the shared store. */
        STORED,
        /** Its holder was done, and has nothing for others. */
        NOTHING_STORED,
        /** It was free when it was looked at: its holder may have died. */
        FOUND_FREE,
        /** It is still held. */
        LIMIT_OVER
    }

    /** Waits until nobody holds the key's flag: told by who held it, and by looking now and then. */
    Mono<Freed> awaitFree(CacheKey key, Duration limit) {
        Mono<Freed> told = Mono.create(sink -> {
            RegionStore.Listening listening =
                    store.onRefreshEnd(key, stored -> sink.success(stored ? Freed.STORED : Freed.NOTHING_STORED));
            sink.onDispose(listening::close);
        });
        Mono<Freed> looked = Flux.concat(Mono.delay(FIRST_LOOK, timer), Flux.interval(LOOK_AGAIN, timer))
                .onBackpressureDrop()
                .concatMap(_ -> Mono.fromCompletionStage(() -> store.isRefreshing(key)), 1)
                .filter(held -> !held)
                .next()
                .map(_ -> Freed.FOUND_FREE);
        return Mono.firstWithSignal(told, looked).timeout(limit, Mono.just(Freed.LIMIT_OVER), timer);
    }
}
