package io.tidemark.writequeue.delivery;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP client of one origin, which is another one after a time and when TLS changes, so that no connection is used for
 * longer: an origin whose name leads elsewhere is followed. Thread-safe.
 */
final class OriginHttp implements AutoCloseable {
    private final Supplier<HttpClient> factory;
    private final long lifeNanos;
    private final LongSupplier nanoTime;
    private HttpClient current;
    private @Nullable HttpClient before;
    private long since;

    /** @param life how long one is used */
    OriginHttp(Supplier<HttpClient> factory, Duration life, LongSupplier nanoTime) {
        this.factory = factory;
        this.lifeNanos = life.toNanos();
        this.nanoTime = nanoTime;
        this.current = factory.get();
        this.since = nanoTime.getAsLong();
    }

    /** To be used at once, for one request. */
    synchronized HttpClient client() {
        if (nanoTime.getAsLong() - since >= lifeNanos) {
            renew();
        }
        return current;
    }

    /** Another one from now on; the one before ends with its requests, once nobody can be about to use it. */
    synchronized void renew() {
        HttpClient next = factory.get();
        if (before != null) {
            before.shutdown();
        }
        before = current;
        current = next;
        since = nanoTime.getAsLong();
    }

    @Override
    public synchronized void close() {
        current.shutdownNow();
        if (before != null) {
            before.shutdownNow();
        }
    }
}
