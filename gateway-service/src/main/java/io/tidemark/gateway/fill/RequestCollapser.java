package io.tidemark.gateway.fill;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tidemark.contracts.Position;
import io.tidemark.gateway.cache.CacheKey;
import io.tidemark.gateway.cache.StoredResponse;
import io.tidemark.gateway.cache.Trust;
import io.tidemark.gateway.cache.Variant;
import io.tidemark.gateway.fill.ConfirmationQueue.Turn;
import io.tidemark.gateway.fill.FillOutcome.Elsewhere;
import io.tidemark.gateway.fill.FillOutcome.Failed;
import io.tidemark.gateway.fill.FillOutcome.Freshened;
import io.tidemark.gateway.fill.FillOutcome.Stale;
import io.tidemark.gateway.fill.FillOutcome.Streaming;
import io.tidemark.gateway.fill.FillOutcome.Uncacheable;
import io.tidemark.gateway.fill.Joining.Follow;
import io.tidemark.gateway.fill.Joining.FollowThenVerify;
import io.tidemark.gateway.fill.Joining.Lead;
import io.tidemark.gateway.origin.OriginAnswer;
import io.tidemark.gateway.origin.OriginFailure;
import io.tidemark.gateway.origin.Origins;
import io.tidemark.gateway.overload.HeldBytes;
import io.tidemark.gateway.overload.OverloadStage;
import io.tidemark.gateway.policy.PolicyDecider;
import io.tidemark.gateway.purge.PurgeView;
import io.tidemark.gateway.store.LocalEntry;
import io.tidemark.gateway.store.TieredStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Lets requests for the same thing wait for one call to the origin, in this process and across the region. Thread-safe;
 * holds one entry for each call under way.
 *
 * <p>A request joins a call only if no purge since the call's sending can cover its answer. Where only a purge of tags could,
 * it joins and looks again when the answer's tags are known: under a stream of purges of other things, one call stays one.
 * While this gateway does not trust its knowledge of purges, it joins only calls that are sent after it came ({@link
 * ConfirmationQueue}). An answer that can be given to one request only releases all the others at once, and the key is
 * remembered for a while, so that they do not queue again.
 */
public final class RequestCollapser {
    private static final Duration HIT_FOR_MISS = Duration.ofSeconds(10);
    private static final int HIT_FOR_MISS_KEYS = 20_000;
    private static final Duration UNCLAIMED = Duration.ofMillis(500);

    private static final Logger log = LoggerFactory.getLogger(RequestCollapser.class);

    private final InstantSource clock;
    private final Scheduler timer;
    private final Filler filler;
    private final TieredStore store;
    private final PurgeView purges;
    private final PolicyDecider judge;
    private final RefreshLease lease;
    private final HeldBytes bytes;
    private final CallsUnderWay underWay;
    private final ConfirmationQueue confirmations = new ConfirmationQueue();
    private final Cache<CacheKey, Boolean> uncacheable;

    /**
     * One for a gateway.
     *
     * @param timer runs what is due after a while, and tells how long ago something was
     * @param name who this gateway is, for people who look at a refresh flag
     * @param bytes where what is collected is held
     */
    public RequestCollapser(
            Origins origins,
            TieredStore store,
            PurgeView purges,
            InstantSource clock,
            Scheduler timer,
            String name,
            SlowReaders slow,
            HeldBytes bytes) {
        this.bytes = bytes;
        this.filler = new Filler(origins, store, purges, clock, timer, slow, bytes);
        this.clock = clock;
        this.timer = timer;
        this.uncacheable = Caffeine.newBuilder()
                .expireAfterWrite(HIT_FOR_MISS)
                .maximumSize(HIT_FOR_MISS_KEYS)
                .ticker(() -> timer.now(TimeUnit.NANOSECONDS))
                .executor(Runnable::run)
                .build();
        this.store = store;
        this.purges = purges;
        this.underWay = new CallsUnderWay(purges);
        this.judge = new PolicyDecider(purges, clock);
        this.lease = new RefreshLease(store, timer, name);
    }

    /** How far a request looks for somebody to wait for. */
    public enum Scope {
        /** In this process and in the region. */
        REGION,
        /** In this process. */
        PROCESS
    }

    /**
     * An outcome for one request.
     *
     * @param collapsed whether the origin was asked for somebody else's request
     */
    public record Filled(FillOutcome outcome, boolean collapsed) {}

    /** Asks the origin, or waits for who does. */
    public Mono<Filled> fill(FillRequest request, Scope scope) {
        return Mono.defer(() -> {
            if (!request.isCollapsible() || uncacheable.getIfPresent(request.key()) != null) {
                return alone(request);
            }
            return purges.trust() == Trust.TRUSTED ? join(request, scope, true) : confirm(request);
        });
    }

    /** @param onTrust whether to join a call though a purge of tags since its sending may cover its answer */
    private Mono<Filled> join(FillRequest request, Scope scope, boolean onTrust) {
        return switch (underWay.join(request, onTrust)) {
            case Lead(Fill fill, boolean replaces) -> {
                if ((scope == Scope.REGION || !onTrust) && isStoredMeanwhile(request)) {
                    underWay.remove(request.key(), fill);
                    fill.became(new Elsewhere(false));
                } else {
                    start(request, fill, replaces || CallsUnderWay.isFromShielded(request) ? Scope.PROCESS : scope);
                }
                yield outcome(request, fill, true);
            }
            case Follow(Fill fill) -> outcome(request, fill, false);
            case FollowThenVerify(Fill fill) ->
                outcome(request, fill, false)
                        .flatMap(filled -> !filled.collapsed() || fill.stands(purges, filled.outcome())
                                ? Mono.just(filled)
                                : join(request, Scope.PROCESS, false));
        };
    }

    /** Whether a call ended, and stored its answer, since this request's look into the stores. */
    private boolean isStoredMeanwhile(FillRequest request) {
        for (LocalEntry entry : store.findLocally(request.key())) {
            StoredResponse response = entry.response();
            if (response.body().isComplete()
                    && response.variant().matches(request.presented().headers())
                    && !response.head().directives().noCache()
                    && judge.stands(entry)
                    && request.policy()
                            .cache()
                            .freshness(response.head(), clock.instant())
                            .isFresh()) {
                return true;
            }
        }
        return false;
    }

    private Mono<Filled> confirm(FillRequest request) {
        Turn turn = confirmations.join(
                request.key(),
                () -> new Fill(request.subject(), purges.positionAtSend(), true),
                toSend -> filler.fill(request, purges.positionAtSend(), _ -> {})
                        .onErrorResume(failure -> unexpected(request, failure))
                        .subscribe(outcome -> {
                            became(request.key(), toSend, outcome);
                            confirmations.ended(request.key());
                        }));
        return switch (turn) {
            case Turn.Sent(Fill fill) -> outcome(request, fill, true);
            // Who waits for its turn has a limit to that, and yet its call is its own.
            case Turn.Next(Fill fill) ->
                outcome(request, fill, false).map(filled -> new Filled(filled.outcome(), false));
            case Turn.Shared(Fill fill) -> outcome(request, fill, false);
        };
    }

    private Mono<Filled> outcome(FillRequest request, Fill fill, boolean leads) {
        if (!leads && bytes.stage().isAtLeast(OverloadStage.JOIN_NOTHING)) {
            return Mono.just(new Filled(
                    new Failed(new OriginFailure(OriginFailure.Reason.OVERLOADED, Origins.name(request.uri()), null)),
                    false));
        }
        return leads
                ? fill.outcome().map(known -> new Filled(known, false)).doOnCancel(fill::leaderLeaves)
                : fill.outcome()
                        .mapNotNull(known -> of(known, request))
                        .map(known -> new Filled(known, true))
                        .timeout(request.policy().collapseWait(), Mono.empty(), timer)
                        .switchIfEmpty(alone(request));
    }

    /** Asks the origin for this request only. Whoever cancels before the response's head is here breaks the call off. */
    public Mono<Filled> alone(FillRequest request) {
        return Mono.defer(() -> filler.fill(request, purges.positionAtSend(), _ -> {}))
                .map(outcome -> new Filled(outcome, false));
    }

    /** How many calls are under way that others may join. */
    public int size() {
        return underWay.size() + confirmations.size();
    }

    private void start(FillRequest request, Fill fill, Scope scope) {
        CacheKey key = request.key();
        Position sentAt = fill.sentAt();
        Mono<FillOutcome> asked = scope == Scope.REGION && store.isSharedUp()
                ? lease.take(key, request.presented(), keeping(request))
                        .flatMap(held -> {
                            if (isStoredMeanwhile(request)) { // by who held the flag before
                                underWay.remove(key, fill);
                                held.release(true);
                                return Mono.just(new Elsewhere(false));
                            }
                            return filler.fillThroughShield(request, sentAt, written -> {
                                underWay.remove(key, fill);
                                written.whenComplete((stored, _) -> held.release(Boolean.TRUE.equals(stored)));
                            });
                        })
                        .switchIfEmpty(lease.awaitFree(key, request.policy().collapseWait())
                                .flatMap(freed -> lookUp(request).map(_ -> {
                                    underWay.remove(key, fill);
                                    return new Elsewhere(freed == RefreshLease.Freed.FOUND_FREE);
                                })))
                : filler.fillThroughShield(request, sentAt, _ -> underWay.remove(key, fill));
        asked.onErrorResume(failure -> {
                    underWay.remove(key, fill);
                    return unexpected(request, failure);
                })
                .subscribe(outcome -> became(key, fill, outcome));
    }

    /** Brings what another gateway has stored into the local store. */
    private Mono<List<LocalEntry>> lookUp(FillRequest request) {
        return Mono.fromCompletionStage(() -> store.find(request.key(), request.presented(), keeping(request)));
    }

    private TieredStore.Keeping keeping(FillRequest request) {
        return response -> request.policy().keep(response, clock.instant());
    }

    /** A fault of this gateway's own: nobody may wait for it for ever. */
    private static Mono<FillOutcome> unexpected(FillRequest request, Throwable failure) {
        log.error("fill of {} failed", request.key(), failure);
        return Mono.just(
                new Failed(new OriginFailure(OriginFailure.Reason.MALFORMED, Origins.name(request.uri()), failure)));
    }

    private void became(CacheKey key, Fill fill, FillOutcome outcome) {
        if (outcome instanceof Uncacheable only) {
            uncacheable.put(key, true);
            if (fill.hasLeaderLeft()) {
                dropUnlessClaimed(only);
            } else {
                var _ = timer.schedule(() -> dropUnlessClaimed(only), UNCLAIMED.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
        fill.became(outcome);
    }

    private void dropUnlessClaimed(Uncacheable only) {
        OriginAnswer unclaimed = only.answer().claim();
        if (unclaimed != null) {
            unclaimed.drop(timer);
        }
    }

    /** What another's call means for this request, null if nothing. */
    private @Nullable FillOutcome of(FillOutcome another, FillRequest request) {
        return switch (another) {
            case Streaming streaming -> matches(streaming.store().variant(), request) ? streaming : null;
            case Freshened freshened -> matches(freshened.response().variant(), request) ? freshened : null;
            // Not the other's stored response: that was judged before this request came, and may be purged since.
            case Stale stale ->
                request.policy()
                        .cache()
                        .onOriginFailure(request.decision(), Duration.ZERO, clock.instant())
                        .map(own -> new Stale(own, stale.originStatus()))
                        .orElse(null);
            case Uncacheable _ -> null;
            case Elsewhere _, Failed _ -> another;
        };
    }

    private static boolean matches(Variant variant, FillRequest request) {
        return variant.matches(request.presented().headers());
    }
}
