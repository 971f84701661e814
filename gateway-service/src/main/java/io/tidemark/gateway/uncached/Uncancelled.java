package io.tidemark.gateway.uncached;

import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/** Takes all of a source that releases what it gave by itself; what comes after its taker has cancelled is dropped. */
final class Uncancelled<T> implements CoreSubscriber<T>, Subscription {
    private final CoreSubscriber<? super T> taker;
    private Subscription source = Operators.emptySubscription();
    private volatile boolean cancelled;

    private Uncancelled(CoreSubscriber<? super T> taker) {
        this.taker = taker;
    }

    static <T> Flux<T> of(Flux<T> source) {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> taker) {
                source.subscribe(new Uncancelled<>(taker));
            }
        };
    }

    @Override
    public void onSubscribe(Subscription subscribed) {
        source = subscribed;
        taker.onSubscribe(this);
    }

    @Override
    public void request(long most) {
        source.request(most);
    }

    @Override
    public void cancel() {
        cancelled = true;
        source.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(T next) {
        if (!cancelled) {
            taker.onNext(next);
        }
    }

    @Override
    public void onError(Throwable failure) {
        if (!cancelled) {
            taker.onError(failure);
        }
    }

    @Override
    public void onComplete() {
        if (!cancelled) {
            taker.onComplete();
        }
    }
}
