package io.tidemark.gateway.fill;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tidemark.gateway.cache.CacheKey;
import io.tidemark.gateway.cache.Trust;
import io.tidemark.gateway.cache.Variant;
import io.tidemark.gateway.fill.FillOutcome.Failed;
import io.tidemark.gateway.fill.FillOutcome.Freshened;
import io.tidemark.gateway.fill.FillOutcome.Stale;
import io.tidemark.gateway.fill.FillOutcome.Streaming;
import io.tidemark.gateway.fill.FillOutcome.Uncacheable;
import io.tidemark.gateway.origin.OriginAnswer;
import io.tidemark.gateway.origin.OriginClient;
import io.tidemark.gateway.purge.PurgeView;
import io.tidemark.gateway.store.TieredStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Lets requests for the same thing wait for one call to the origin. Thread-safe; holds one entry for each call under way.
 *
 * <p>A request joins a call only if no purge since the call's sending can cover its answer, and only while this gateway
 * trusts its knowledge of purges; else it starts a call of its own, which later ones join. An answer that can be given to
 * one request only releases all the others at once, and the key is remembered for a while, so that they do not queue again.
 */
public final class RequestCollapser {
    private static final Duration HIT_FOR_MISS = Duration.ofSeconds(10);
    private static final int HIT_FOR_MISS_KEYS = 20_000;
    private static final Duration UNCLAIMED = Duration.ofSeconds(5);

    private final Filler filler;
    private final PurgeView purges;
    private final ConcurrentHashMap<CacheKey, Fill> underWay = new ConcurrentHashMap<>();
    private final Cache<CacheKey, Boolean> uncacheable = Caffeine.newBuilder()
            .expireAfterWrite(HIT_FOR_MISS)
            .maximumSize(HIT_FOR_MISS_KEYS)
            .build();

    public RequestCollapser(OriginClient origins, TieredStore store, PurgeView purges, InstantSource clock) {
        this.filler = new Filler(origins, store, clock);
        this.purges = purges;
    }

    /**
     * An outcome for one request.
     *
     * @param collapsed whether the origin was asked for somebody else's request
     */
    public record Filled(FillOutcome outcome, boolean collapsed) {}

    /** Asks the origin, or waits for who does. */
    public Mono<Filled> fill(FillRequest request) {
        return Mono.defer(() -> {
            if (!request.isCollapsible()
                    || purges.trust() != Trust.TRUSTED
                    || uncacheable.getIfPresent(request.key()) != null) {
                return alone(request);
            }
            Fill[] started = {null};
            Fill fill = underWay.compute(request.key(), (_, present) -> {
                if (present != null && present.stands(purges)) {
                    return present;
                }
                started[0] = new Fill(request.subject(), purges.positionAtSend());
                return started[0];
            });
            boolean leads = fill == started[0];
            if (leads) {
                start(request, fill);
            }
            Mono<Filled> outcome = fill.outcome().map(known -> new Filled(known, !leads));
            return leads
                    ? outcome
                    : outcome.filter(filled -> isFor(filled.outcome(), request))
                            .timeout(request.policy().collapseWait(), Mono.empty())
                            .switchIfEmpty(alone(request));
        });
    }

    /** Asks the origin for this request only. Whoever cancels breaks the call off until its head is here. */
    public Mono<Filled> alone(FillRequest request) {
        return Mono.defer(() -> filler.fill(request, purges.positionAtSend(), () -> {}))
                .map(outcome -> new Filled(outcome, false));
    }

    /** Whether a call for this key is under way. */
    public boolean isUnderWay(CacheKey key) {
        return underWay.containsKey(key);
    }

    public int size() {
        return underWay.size();
    }

    private void start(FillRequest request, Fill fill) {
        filler.fill(request, fill.sentAt(), () -> underWay.remove(request.key(), fill))
                .subscribe(outcome -> {
                    if (outcome instanceof Uncacheable only) {
                        uncacheable.put(request.key(), true);
                        dropUnlessClaimed(only);
                    }
                    fill.became(outcome);
                });
    }

    private static void dropUnlessClaimed(Uncacheable only) {
        var _ = Schedulers.parallel()
                .schedule(
                        () -> {
                            OriginAnswer unclaimed = only.answer().claim();
                            if (unclaimed != null) {
                                Filler.drop(unclaimed);
                            }
                        },
                        UNCLAIMED.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    /** Whether what came of another's request can answer this one. */
    private static boolean isFor(FillOutcome outcome, FillRequest request) {
        Variant variant = switch (outcome) {
            case Streaming streaming -> streaming.store().variant();
            case Freshened freshened -> freshened.response().variant();
            case Stale stale -> stale.stale().stored().variant();
            case Uncacheable _ -> null;
            case Failed _ -> Variant.ONLY;
        };
        return variant != null && variant.matches(request.presented().headers());
    }
}
