package io.tidemark.gateway.fill;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tidemark.commons.tracing.Span;
import io.tidemark.gateway.cache.CacheKey;
import io.tidemark.gateway.fill.FillOutcome.Elsewhere;
import io.tidemark.gateway.fill.FillOutcome.Failed;
import io.tidemark.gateway.fill.FillOutcome.Freshened;
import io.tidemark.gateway.fill.FillOutcome.Stale;
import io.tidemark.gateway.fill.FillOutcome.Streaming;
import io.tidemark.gateway.fill.FillOutcome.Uncacheable;
import io.tidemark.gateway.origin.OriginAnswer;
import io.tidemark.gateway.origin.OriginFailure;
import io.tidemark.gateway.store.LocalEntry;
import io.tidemark.gateway.store.TieredStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Refreshes stored responses behind the answers that are given of them: once in this process, and once in the region by the
 * refresh flag. A refresh that brings nothing to store is not tried again for a pause that grows ({@link RefreshPauses}).
 */
public final class Revalidator {
    private static final Logger log = LoggerFactory.getLogger(Revalidator.class);
    private static final Duration MAX_REFRESH = Duration.ofMinutes(2);
    private static final int MAX_UNDER_WAY = 10_000;

    private final RequestCollapser collapser;
    private final TieredStore store;
    private final InstantSource clock;
    private final Scheduler timer;
    private final RefreshLease lease;
    private final Cache<CacheKey, Boolean> busy;
    private final RefreshPauses pauses;

    /**
     * One for a gateway.
     *
     * @param timer runs what is due after a while, and tells how long ago something was
     * @param owner who this gateway is, for people who look at the flag
     */
    public Revalidator(
            RequestCollapser collapser, TieredStore store, InstantSource clock, Scheduler timer, String owner) {
        this.collapser = collapser;
        this.store = store;
        this.clock = clock;
        this.timer = timer;
        this.lease = new RefreshLease(store, timer, owner);
        this.busy = forgetting(MAX_REFRESH);
        this.pauses = new RefreshPauses(() -> timer.now(TimeUnit.NANOSECONDS));
    }

    private Cache<CacheKey, Boolean> forgetting(Duration after) {
        return Caffeine.newBuilder()
                .maximumSize(MAX_UNDER_WAY)
                .expireAfterWrite(after)
                .ticker(() -> timer.now(TimeUnit.NANOSECONDS))
                .executor(Runnable::run)
                .build();
    }

    /**
     * Refreshes unless somebody does. Returns at once, whether it begins to.
     *
     * @param request as it would be sent to the origin
     * @param isCurrent whether what another gateway stored meanwhile makes the refresh needless
     */
    public boolean refreshBehind(FillRequest request, Predicate<List<LocalEntry>> isCurrent) {
        CacheKey key = request.key();
        if (pauses.isPaused(key) || busy.asMap().putIfAbsent(key, true) != null) {
            return false;
        }
        Span span = request.span().apart(Span.Kind.INTERNAL, "refresh");
        FillRequest refresh = request.within(span);
        lease.take(key, request.presented(), response -> request.policy().keep(response, clock.instant()))
                .flatMap(held -> Mono.defer(() -> isCurrent.test(store.findLocally(key))
                                ? Mono.empty()
                                : collapser
                                        .fill(refresh, RequestCollapser.Scope.PROCESS)
                                        .flatMap(filled -> ended(key, filled.outcome())))
                        .doFinally(_ -> held.release(true)))
                .doFinally(_ -> {
                    busy.invalidate(key);
                    span.end();
                })
                .subscribe(_ -> {}, failure -> log.warn("refresh of {} failed: {}", key, failure.toString()));
        return true;
    }

    /**
     * Asks the origin for what was just written, whatever is stored. Returns at once.
     *
     * @param request a GET, sent when no purge of that write is to come any more
     */
    public void fillBehind(FillRequest request) {
        Span span = request.span().apart(Span.Kind.INTERNAL, "refill");
        collapser
                .fill(request.within(span), RequestCollapser.Scope.PROCESS)
                .flatMap(filled -> ended(request.key(), filled.outcome()))
                .doFinally(_ -> span.end())
                .subscribe(_ -> {}, failure -> log.warn("refill of {} failed", request.key(), failure));
    }

    /** Whether a refresh of the key would be turned down now: one is under way in this process, or has just failed. */
    public boolean isBusy(CacheKey key) {
        return busy.getIfPresent(key) != null || pauses.isPaused(key);
    }

    /** Completes when the body is here, if one comes. */
    private Mono<Void> ended(CacheKey key, FillOutcome outcome) {
        return switch (outcome) {
            case Streaming streaming -> {
                Flux<byte[]> body = streaming.body().read();
                yield body == null
                        ? Mono.empty()
                        : body.then()
                                .doOnSuccess(_ -> pauses.succeeded(key))
                                .doOnError(OriginFailure.class, _ -> pauses.failed(key));
            }
            case Freshened _ -> {
                pauses.succeeded(key);
                yield Mono.empty();
            }
            case Uncacheable only -> {
                OriginAnswer answer = only.answer().claim();
                if (answer != null) {
                    answer.drop(timer);
                }
                pauses.failed(key); // what is stored is as stale as it was
                yield Mono.empty();
            }
            case Failed _, Stale _ -> {
                pauses.failed(key);
                yield Mono.empty();
            }
            case Elsewhere _ -> Mono.empty();
        };
    }
}
