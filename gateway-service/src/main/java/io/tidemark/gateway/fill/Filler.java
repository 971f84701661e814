package io.tidemark.gateway.fill;

import io.tidemark.contracts.Position;
import io.tidemark.gateway.cache.PurgeVerdict;
import io.tidemark.gateway.cache.ResponseHead;
import io.tidemark.gateway.cache.StoreDecision;
import io.tidemark.gateway.cache.StoredResponse;
import io.tidemark.gateway.cache.Variant;
import io.tidemark.gateway.fill.FillOutcome.Claimable;
import io.tidemark.gateway.fill.FillOutcome.Failed;
import io.tidemark.gateway.fill.FillOutcome.Freshened;
import io.tidemark.gateway.fill.FillOutcome.Stale;
import io.tidemark.gateway.fill.FillOutcome.Streaming;
import io.tidemark.gateway.fill.FillOutcome.Uncacheable;
import io.tidemark.gateway.origin.CallLimit;
import io.tidemark.gateway.origin.OriginAnswer;
import io.tidemark.gateway.origin.OriginFailure;
import io.tidemark.gateway.origin.OriginRequest;
import io.tidemark.gateway.origin.Origins;
import io.tidemark.gateway.overload.HeldBytes;
import io.tidemark.gateway.policy.Shield;
import io.tidemark.gateway.purge.PurgeView;
import io.tidemark.gateway.store.TieredStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Asks the origin and does to the store what follows from the answer. Knows nothing of who else asks. */
final class Filler {
    private static final Logger log = LoggerFactory.getLogger(Filler.class);
    private static final CompletionStage<Boolean> DONE = CompletableFuture.completedFuture(false);

    /** Told once of each fill, when its answer is in the local store, or will not be. */
    @FunctionalInterface
    interface FillEnd {
        /**
         * The local store has it, or will not.
         *
         * @param written completes when it is in the shared store, or will not be
         */
        void ended(CompletionStage<Boolean> written);
    }

    private final Origins origins;
    private final TieredStore store;
    private final PurgeView purges;
    private final InstantSource clock;
    private final Scheduler timer;
    private final SlowReaders slow;
    private final HeldBytes bytes;

    /**
     * One for a gateway.
     *
     * @param timer runs what is due after a while
     * @param bytes where what is collected is held
     */
    Filler(
            Origins origins,
            TieredStore store,
            PurgeView purges,
            InstantSource clock,
            Scheduler timer,
            SlowReaders slow,
            HeldBytes bytes) {
        this.bytes = bytes;
        this.slow = slow;
        this.origins = origins;
        this.store = store;
        this.purges = purges;
        this.clock = clock;
        this.timer = timer;
    }

    /**
     * Asks the origin.
     *
     * @param sentAt the watermark, read right before
     * @param end told when the answer is stored, or will not be
     */
    Mono<FillOutcome> fill(FillRequest request, Position sentAt, FillEnd end) {
        request.span().set("tidemark.purge.position", sentAt);
        return limited(request, end, given -> awaited(request, sentAt, given, request.call(origins)));
    }

    /** The same through the policy's shield, if there is one and it answers. */
    Mono<FillOutcome> fillThroughShield(FillRequest request, Position sentAt, FillEnd end) {
        Shield shield = request.policy().shield();
        if (shield == null || !Shield.isFor(request.presented())) {
            return fill(request, sentAt, end);
        }
        OriginRequest direct = request.toOrigin();
        return limited(
                request,
                end,
                given -> awaited(
                        request,
                        sentAt,
                        given,
                        origins.call(shield.request(direct, request.presented(), sentAt))
                                .filter(answer -> {
                                    boolean refuses = Shield.isRefusal(answer);
                                    if (refuses) {
                                        answer.drop(timer);
                                    }
                                    return !refuses;
                                })
                                .map(Shield::asOrigins)
                                .onErrorResume(OriginFailure.class, skipped -> {
                                    log.debug("the shield {} is skipped: {}", shield.region(), skipped.getMessage());
                                    return Mono.empty();
                                })
                                .switchIfEmpty(origins.call(direct))));
    }

    /** Within the route's limit of refills: the call has a place until its end is told. */
    private static Mono<FillOutcome> limited(
            FillRequest request, FillEnd end, Function<FillEnd, Mono<FillOutcome>> call) {
        return request.policy()
                .refills()
                .enter(request.key().route())
                .flatMap(place -> call.apply(written -> {
                            place.close();
                            end.ended(written);
                        })
                        .doOnError(_ -> place.close())
                        .doOnCancel(place::close))
                .onErrorResume(CallLimit.FullException.class, full -> {
                    end.ended(DONE);
                    return Mono.just(new Failed(
                            new OriginFailure(OriginFailure.Reason.OVERLOADED, Origins.name(request.uri()), full)));
                });
    }

    private Mono<FillOutcome> awaited(FillRequest request, Position sentAt, FillEnd end, Mono<OriginAnswer> call) {
        return call.flatMap(answer -> answered(request, sentAt, answer, end))
                .onErrorResume(OriginFailure.class, failure -> {
                    end.ended(DONE);
                    return Mono.just(new Failed(failure));
                });
    }

    private Mono<FillOutcome> answered(FillRequest request, Position sentAt, OriginAnswer answer, FillEnd end) {
        Instant now = clock.instant();
        ResponseHead head = new ResponseHead(
                answer.status(), answer.headers(), answer.requestTime(), answer.responseTime(), answer.skew());
        StoreDecision decision =
                request.policy().cache().onOriginResponse(request.presented(), request.decision(), head, sentAt, now);
        return switch (decision) {
            case StoreDecision.Store toStore -> {
                if (declaredLength(answer) > request.policy().cache().settings().maxBodyBytes()) {
                    end.ended(DONE);
                    yield Mono.just(new Uncacheable(new Claimable(answer), StoreDecision.NoStoreReason.TOO_LARGE));
                }
                yield Mono.just(streaming(request, sentAt, answer, request.named(toStore), end));
            }
            case StoreDecision.Freshen freshen -> {
                answer.drop(timer);
                end.ended(freshen(request, freshen, now));
                yield Mono.just(new Freshened(freshen.freshened(), answer.status(), freshen.forAsker()));
            }
            case StoreDecision.FetchAgain again -> {
                answer.drop(timer);
                forget(request, again.obsolete());
                yield awaited(
                        request.unconditional(),
                        sentAt,
                        end,
                        request.unconditional().call(origins));
            }
            case StoreDecision.ServeStale stale -> {
                answer.drop(timer);
                end.ended(DONE);
                yield Mono.just(new Stale(stale.stale(), answer.status()));
            }
            case StoreDecision.DoNotStore not -> {
                forget(request, not.obsolete());
                end.ended(DONE);
                yield Mono.just(new Uncacheable(new Claimable(answer), not.reason()));
            }
        };
    }

    private void forget(FillRequest request, @Nullable StoredResponse obsolete) {
        if (obsolete != null) {
            store.remove(request.key(), obsolete.variant());
        }
    }

    private CompletionStage<Boolean> freshen(FillRequest request, StoreDecision.Freshen freshen, Instant now) {
        Variant former = freshen.former().variant();
        if (!freshen.keep() || !former.equals(freshen.freshened().variant())) {
            store.remove(request.key(), former);
        }
        return freshen.keep() ? put(request, freshen.freshened(), now) : DONE;
    }

    private FillOutcome streaming(
            FillRequest request, Position sentAt, OriginAnswer answer, StoreDecision.Store toStore, FillEnd end) {
        BodyPump pump = new BodyPump(
                request.policy().cache().settings().maxBodyBytes(),
                declaredLength(answer),
                request.policy().timeouts().whole(),
                timer,
                Origins.name(request.uri()),
                slow,
                bytes,
                whole -> {
                    CompletionStage<Boolean> written = DONE;
                    if (whole != null) {
                        StoredResponse response = toStore.with(whole, request.presented(), request.hosts(), sentAt);
                        if (response != null) {
                            written = put(request, response, clock.instant());
                        }
                    }
                    end.ended(written);
                });
        Streaming streaming = new Streaming(toStore, answer.status(), answer.headers(), pump);
        answer.body().subscribe(pump);
        return streaming;
    }

    /** Not what was purged since its request was sent: nobody could use it, and the eraser may have passed already. */
    private CompletionStage<Boolean> put(FillRequest request, StoredResponse filled, Instant now) {
        StoredResponse response = filled.under(request.key());
        if (isPurged(response)) {
            return DONE;
        }
        CompletionStage<Boolean> stored =
                store.store(request.key(), response, request.policy().keep(response, now));
        if (request.key().isPersonal() && isPurged(response)) { // its person was erased between the two
            store.local().remove(request.key());
        }
        return stored;
    }

    private boolean isPurged(StoredResponse response) {
        return purges.verdict(response.subject(), response.filledAt()) == PurgeVerdict.ABSENT;
    }

    private static long declaredLength(OriginAnswer answer) {
        if (answer.status() == 204) {
            return 0; // RFC 9110 §15.3.5
        }
        String length = answer.headers().first("Content-Length");
        try {
            return length == null ? -1 : Long.parseLong(length);
        } catch (NumberFormatException malformed) {
            return -1;
        }
    }
}
