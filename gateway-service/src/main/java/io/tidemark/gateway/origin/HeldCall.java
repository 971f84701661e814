package io.tidemark.gateway.origin;

import io.netty.buffer.ByteBuf;
import io.tidemark.gateway.origin.OriginFailure.Reason;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * One call that has a place among those of its origin: from its sending to its answer's body's end. Who cancels the call after
 * its answer came, and has not subscribed to the body, gives both up: the connection is closed, and the place is free. So does
 * who leaves the body unread for {@link #UNREAD}: whatever becomes of a request, its call ends.
 */
final class HeldCall {
    /** More than any filter takes between an answer's head and its body. */
    static final Duration UNREAD = Duration.ofSeconds(10);

    private enum State {
        /** No answer yet. */
        ASKED,
        /** The answer is here, and nobody reads its body yet. */
        ANSWERED,
        /** Somebody reads the body, or nobody ever will. */
        SETTLED
    }

    private final String origin;
    private final CallLimit.Place place;
    private final Scheduler timer;
    private final AtomicReference<State> state = new AtomicReference<>(State.ASKED);
    private volatile Flux<ByteBuf> body = Flux.empty();

    HeldCall(String origin, CallLimit.Place place, Scheduler timer) {
        this.origin = origin;
        this.place = place;
        this.timer = timer;
    }

    /** Makes it; once. */
    Mono<OriginAnswer> made(Mono<OriginAnswer> call) {
        return call.map(this::answered).doOnError(_ -> place.close()).doOnCancel(this::leave);
    }

    private OriginAnswer answered(OriginAnswer answer) {
        body = answer.body();
        if (!state.compareAndSet(State.ASKED, State.ANSWERED)) {
            giveUp(body); // cancelled in this moment
        }
        Disposable patience = timer.schedule(this::leave, UNREAD.toMillis(), TimeUnit.MILLISECONDS);
        Flux<ByteBuf> held = Flux.defer(() -> {
            patience.dispose();
            return state.compareAndSet(State.ANSWERED, State.SETTLED)
                    ? answer.body().doFinally(_ -> place.close())
                    : Flux.error(new OriginFailure(Reason.BROKEN_OFF, origin, null));
        });
        return new OriginAnswer(
                answer.status(), answer.headers(), answer.requestTime(), answer.responseTime(), answer.skew(), held);
    }

    private void leave() {
        State before = state.getAndSet(State.SETTLED);
        if (before == State.ANSWERED) {
            giveUp(body);
        }
        if (before != State.SETTLED) {
            place.close();
        }
    }

    private static void giveUp(Flux<ByteBuf> body) {
        body.subscribe(new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                subscription.cancel();
            }
        });
    }
}
