package io.tidemark.gateway.upload;

import java.util.concurrent.atomic.AtomicLong;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Operators;

/** As {@link Subscription#request} counts: {@code Long.MAX_VALUE} is without end. Thread-safe. */
final class Demand extends AtomicLong {
    private static final long serialVersionUID = 1L;

    void add(long n) {
        accumulateAndGet(n, Operators::addCap);
    }

    /** One less; what is left. */
    long met() {
        return updateAndGet(n -> n == Long.MAX_VALUE ? n : n - 1);
    }
}
