package io.tidemark.gateway.origin;

import io.netty.buffer.ByteBuf;
import io.tidemark.gateway.origin.OriginFailure.Reason;
import java.util.concurrent.atomic.AtomicReference;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One call that has a place among those of its origin: from its sending to its answer's body's end. Who cancels the call after
 * its answer came, and has not subscribed to the body, gives both up: the connection is closed, and the place is free.
 */
final class HeldCall {
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
    private final AtomicReference<State> state = new AtomicReference<>(State.ASKED);
    private volatile Flux<ByteBuf> body = Flux.empty();

    HeldCall(String origin, CallLimit.Place place) {
        this.origin = origin;
        this.place = place;
    }

    /** Makes it; once. */
    Mono<OriginAnswer> made(Mono<OriginAnswer> call) {
        return call.map(this::answered).doOnError(_ -> place.close()).doOnCancel(this::cancelled);
    }

    private OriginAnswer answered(OriginAnswer answer) {
        body = answer.body();
        if (!state.compareAndSet(State.ASKED, State.ANSWERED)) {
            giveUp(body); // cancelled in this moment
        }
        Flux<ByteBuf> held = Flux.defer(() -> state.compareAndSet(State.ANSWERED, State.SETTLED)
                ? answer.body().doFinally(_ -> place.close())
                : Flux.error(new OriginFailure(Reason.BROKEN_OFF, origin, null)));
        return new OriginAnswer(answer.status(), answer.headers(), answer.requestTime(), answer.responseTime(), held);
    }

    private void cancelled() {
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
