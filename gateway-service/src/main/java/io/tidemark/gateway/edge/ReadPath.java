package io.tidemark.gateway.edge;

import io.tidemark.contracts.Position;
import io.tidemark.gateway.cache.CacheDecision;
import io.tidemark.gateway.cache.CacheDecision.Bypass;
import io.tidemark.gateway.cache.CacheDecision.CutOff;
import io.tidemark.gateway.cache.CacheDecision.Fetch;
import io.tidemark.gateway.cache.CacheDecision.GatewayTimeout;
import io.tidemark.gateway.cache.CacheDecision.Revalidate;
import io.tidemark.gateway.cache.CacheDecision.ServeStored;
import io.tidemark.gateway.cache.CacheStatus;
import io.tidemark.gateway.cache.CacheStatus.Summary;
import io.tidemark.gateway.cache.FwdReason;
import io.tidemark.gateway.fill.FillOutcome;
import io.tidemark.gateway.fill.FillRequest;
import io.tidemark.gateway.fill.RequestCollapser;
import io.tidemark.gateway.fill.RequestCollapser.Filled;
import io.tidemark.gateway.fill.RequestCollapser.Scope;
import io.tidemark.gateway.fill.Revalidator;
import io.tidemark.gateway.http.EdgeFields;
import io.tidemark.gateway.origin.OriginAnswer;
import io.tidemark.gateway.origin.OriginFailure;
import io.tidemark.gateway.origin.Origins;
import io.tidemark.gateway.policy.DefaultResponse;
import io.tidemark.gateway.policy.PolicyDecider;
import io.tidemark.gateway.purge.PurgeView;
import io.tidemark.gateway.store.LocalEntry;
import io.tidemark.gateway.store.TieredStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Answers the requests of cached routes: executes the decisions of the {@link PolicyDecider}. Knows no server, and no
 * exchange of a framework. Thread-safe; nothing here blocks.
 */
public final class ReadPath {
    /** Nothing of it is stored: one client's token gives others nothing that they would not have without it. */
    private static final Fetch PAST_THE_STORE = new Fetch(FwdReason.REQUEST, null, false, false);

    private static final int MAX_PASSES = 3;

    private final TieredStore store;
    private final PurgeView purges;
    private final PolicyDecider judge;
    private final ClientInvalidation invalidation;
    private final RequestCollapser collapser;
    private final Revalidator revalidator;
    private final Origins origins;
    private final ForcedCalls forced;
    private final EdgeProblems problems;
    private final InstantSource clock;
    private final String cacheName;
    private final Duration readAfterWait;

    /**
     * One for a gateway.
     *
     * @param cacheName what this gateway calls itself in {@code Via}
     * @param readAfterWait how long a request waits for the position that it asks for
     */
    public ReadPath(
            TieredStore store,
            PurgeView purges,
            PolicyDecider judge,
            ClientInvalidation invalidation,
            RequestCollapser collapser,
            Revalidator revalidator,
            Origins origins,
            ForcedCalls forced,
            EdgeProblems problems,
            InstantSource clock,
            String cacheName,
            Duration readAfterWait) {
        this.store = store;
        this.purges = purges;
        this.judge = judge;
        this.invalidation = invalidation;
        this.collapser = collapser;
        this.revalidator = revalidator;
        this.origins = origins;
        this.forced = forced;
        this.problems = problems;
        this.clock = clock;
        this.cacheName = cacheName;
        this.readAfterWait = readAfterWait;
    }

    /** The answer to a request; an origin that fails is one too. */
    public Mono<EdgeAnswer> answer(EdgeRequest request) {
        if (isLooping(request)) {
            return Mono.just(problems.loop(request.route()));
        }
        if (request.hasContent()) {
            return pass(request, new Bypass(FwdReason.METHOD));
        }
        if (!request.isKeyed()) {
            return pass(request, new Bypass(FwdReason.BYPASS));
        }
        // Of two lines no position is made.
        String readAfter = request.presented().headers().combined(EdgeFields.READ_AFTER);
        if (readAfter == null || !isRead(request)) {
            return decide(request);
        }
        Position position;
        try {
            position = Position.parse(readAfter);
        } catch (IllegalArgumentException malformed) {
            return Mono.just(problems.badReadAfter(readAfter));
        }
        return Mono.fromCompletionStage(() -> purges.awaitWatermark(position, readAfterWait))
                .flatMap(reached -> reached ? decide(request) : ahead(request, position));
    }

    /** A token that the watermark did not reach in time: the log itself says whether it is one at all. */
    private Mono<EdgeAnswer> ahead(EdgeRequest request, Position position) {
        return Mono.fromCompletionStage(purges::end)
                .timeout(readAfterWait, Mono.just(Optional.empty()))
                .flatMap(end -> {
                    if (end.isEmpty()) {
                        return mayForce(request)
                                ? pastTheStore(request)
                                : Mono.just(problems.readAfterUnknown(request.route()));
                    }
                    String log = purges.positionAtSend().epoch();
                    if (!position.epoch().equals(log) && end.get().epoch().equals(log)) {
                        return decide(request); // of a log that is gone: all that is stored is younger
                    }
                    return position.epoch().equals(end.get().epoch())
                                    && position.offset() > end.get().offset()
                            ? Mono.just(problems.readAfterBeyond(position, end.get()))
                            : pastTheStore(request);
                });
    }

    private Mono<EdgeAnswer> pastTheStore(EdgeRequest request) {
        return collapser
                .alone(request.toFill(PAST_THE_STORE))
                .flatMap(filled -> present(request, PAST_THE_STORE, filled));
    }

    /** Whether the request has been here too often (RFC 9110 §7.6.3). Once may be another gateway of the same name. */
    private boolean isLooping(EdgeRequest request) {
        String via = request.presented().headers().combined("Via");
        return via != null && via.split(cacheName, -1).length > MAX_PASSES;
    }

    private static boolean isRead(EdgeRequest request) {
        return request.presented().isGet() || request.presented().isHead();
    }

    // --- deciding -----------------------------------------------------------------------------------------------

    private Mono<EdgeAnswer> decide(EdgeRequest request) {
        CacheDecision decision = decision(request, store.findLocally(request.key()));
        return switch (decision) {
            case Fetch _, Revalidate _, GatewayTimeout _ when store.isShared() -> decideShared(request);
            default -> execute(request, decision);
        };
    }

    private Mono<EdgeAnswer> decideShared(EdgeRequest request) {
        return Mono.fromCompletionStage(() -> store.find(
                        request.key(),
                        request.presented(),
                        response -> request.policy().keep(response, clock.instant()),
                        request.span()))
                .flatMap(found -> execute(request, decision(request, found)));
    }

    /** With what another gateway of the region has stored; what it did not store is asked for within the scope. */
    private Mono<EdgeAnswer> decideAfterOther(EdgeRequest request, Scope scope) {
        CacheDecision decision = decision(request, store.findLocally(request.key()));
        return decision instanceof Fetch || decision instanceof Revalidate
                ? collapser.fill(request.toFill(decision), scope).flatMap(filled -> present(request, decision, filled))
                : execute(request, decision);
    }

    private CacheDecision decision(EdgeRequest request, List<LocalEntry> entries) {
        CacheDecision decision = judge.decide(request.policy(), request.presented(), entries, () -> mayForce(request));
        CacheSteps.decided(request, decision, entries, purges, clock);
        return decision;
    }

    private boolean mayForce(EdgeRequest request) {
        return request.forcing()
                .admits(
                        forced,
                        request.key(),
                        request.policy().cache().settings().forcedInterval());
    }

    // --- acting -------------------------------------------------------------------------------------------------

    private Mono<EdgeAnswer> execute(EdgeRequest request, CacheDecision decision) {
        return switch (decision) {
            case ServeStored served -> Mono.just(serve(request, served));
            case Bypass bypass -> pass(request, bypass);
            case GatewayTimeout _ -> Mono.just(problems.onlyIfCached());
            case CutOff _ -> Mono.just(problems.cutOff(request.route()));
            case Fetch _, Revalidate _ -> {
                FillRequest fill = request.toFill(decision);
                yield collapser
                        .fill(fill, Scope.REGION)
                        .flatMap(filled -> filled.outcome() instanceof FillOutcome.Elsewhere(boolean mayHaveDied)
                                ? decideAfterOther(request, mayHaveDied ? Scope.REGION : Scope.PROCESS)
                                : present(request, decision, filled));
            }
        };
    }

    private EdgeAnswer serve(EdgeRequest request, ServeStored served) {
        if (served.refreshBehind()) {
            var _ = revalidator.refreshBehind(
                    request.toRefresh(served.stored()),
                    found -> decision(request, found) instanceof ServeStored now && !now.refreshBehind());
        }
        return AnswerMaker.stored(request, served, judge.isUnverified(request.policy()), clock.instant());
    }

    private Mono<EdgeAnswer> present(EdgeRequest request, CacheDecision decision, Filled filled) {
        Instant now = clock.instant();
        return switch (filled.outcome()) {
            case FillOutcome.Streaming streaming -> stream(request, decision, filled, streaming, now);
            case FillOutcome.Freshened freshened ->
                Mono.just(AnswerMaker.freshened(request, freshened, decision, filled.collapsed(), now));
            case FillOutcome.Stale stale ->
                Mono.just(AnswerMaker.staleOnError(request, stale.stale(), stale.originStatus(), null, now));
            case FillOutcome.Uncacheable only -> {
                OriginAnswer claimed = only.answer().claim();
                yield claimed == null
                        ? again(request, decision)
                        : Mono.just(AnswerMaker.passed(
                                claimed, AnswerMaker.status(request, decision, filled.collapsed()), Summary.MISS));
            }
            case FillOutcome.Elsewhere _ -> decideAfterOther(request, Scope.PROCESS);
            case FillOutcome.Failed failed -> Mono.just(failed(request, decision, failed.failure(), now));
        };
    }

    private Mono<EdgeAnswer> again(EdgeRequest request, CacheDecision decision) {
        return collapser.alone(request.toFill(decision)).flatMap(filled -> present(request, decision, filled));
    }

    private Mono<EdgeAnswer> stream(
            EdgeRequest request, CacheDecision decision, Filled filled, FillOutcome.Streaming streaming, Instant now) {
        Flux<byte[]> body = streaming.body().read();
        if (body == null) {
            return again(request, decision);
        }
        Optional<ServeStored> fallback = request.policy().cache().onOriginFailure(decision, Duration.ZERO, now);
        if (fallback.isEmpty()) {
            return Mono.just(AnswerMaker.streaming(request, streaming, body, decision, filled.collapsed(), now));
        }
        // A stale response can stand in for one that breaks off: so nothing is sent before the whole is here, or so
        // much
        // of it that it will not be stored.
        return streaming
                .body()
                .settled()
                .then(Mono.fromSupplier(() ->
                        AnswerMaker.streaming(request, streaming, body, decision, filled.collapsed(), clock.instant())))
                .doOnCancel(() -> body.subscribe().dispose())
                .onErrorResume(
                        OriginFailure.class, failure -> Mono.just(failed(request, decision, failure, clock.instant())));
    }

    private EdgeAnswer failed(EdgeRequest request, CacheDecision decision, OriginFailure failure, Instant now) {
        return request.policy()
                .cache()
                .onOriginFailure(decision, origins.downFor(request.uri()), now)
                .map(stale -> AnswerMaker.staleOnError(
                        request, stale, null, failure.reason().label(), now))
                .orElseGet(() -> unanswered(request, failure, AnswerMaker.status(request, decision, false)));
    }

    private EdgeAnswer unanswered(EdgeRequest request, OriginFailure failure, CacheStatus status) {
        DefaultResponse standIn = request.policy().defaultResponse();
        return standIn != null && isRead(request)
                ? AnswerMaker.standIn(
                        standIn, status.withDetail(failure.reason().label()))
                : problems.originFailed(failure, request.route(), status);
    }

    // --- passing through ----------------------------------------------------------------------------------------

    private Mono<EdgeAnswer> pass(EdgeRequest request, Bypass bypass) {
        CacheStatus status = CacheStatus.forwarded(bypass.reason());
        return invalidation
                .with(request, request.policy().call(origins, request.toPass()))
                .map(answer -> AnswerMaker.passed(answer, status, Summary.BYPASS))
                .onErrorResume(
                        ClientInvalidation.TooManyException.class,
                        _ -> Mono.just(problems.tooManyWrites(request.route())))
                .onErrorResume(OriginFailure.class, failure -> Mono.just(unanswered(request, failure, status)));
    }
}
