package io.tidemark.gateway.fill;

import io.tidemark.gateway.cache.CacheKey;
import io.tidemark.gateway.store.TieredStore;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * The region's refresh flags: who holds a key's flag asks the origin, the others of the region use what it stores. A flag is
 * held by short leases that are renewed meanwhile, so that one whose holder died is free within {@link #LEASE}. Nothing but
 * the number of calls to the origin depends on it.
 */
final class RefreshLease {
    private static final Duration LEASE = Duration.ofSeconds(3);
    private static final Duration RENEWAL = Duration.ofMillis(500);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

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
            this.renewal = Flux.interval(RENEWAL, timer).subscribe(_ -> store.extendRefresh(key, owner, LEASE));
        }

        void release() {
            renewal.dispose();
            store.releaseRefresh(key, owner);
        }
    }

    /** The key's flag, or nothing if somebody else of the region holds it. */
    Mono<Held> take(CacheKey key) {
        return Mono.defer(() -> {
            String owner = prefix + COUNT.incrementAndGet();
            return Mono.fromCompletionStage(() -> store.takeRefresh(key, owner, LEASE))
                    .filter(Boolean::booleanValue)
                    .map(_ -> new Held(key, owner));
        });
    }

    /** Completes once nobody holds the key's flag, or when the limit is over. */
    Mono<Void> awaitFree(CacheKey key, Duration limit) {
        return Mono.delay(LOOK_AGAIN, timer)
                .flatMap(_ -> Mono.fromCompletionStage(() -> store.isRefreshing(key)))
                .repeat()
                .takeUntil(held -> !held)
                .take(limit, timer)
                .then();
    }
}
