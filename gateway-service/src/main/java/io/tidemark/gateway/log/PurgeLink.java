package io.tidemark.gateway.log;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * The gateway's link to the purge log. It starts before the web server, and stops after it: only when no request is
 * answered any more may the gateway say that it has left.
 */
public final class PurgeLink implements SmartLifecycle {
    /** What is started and stopped together. */
    record Parts(PurgeLogReader reader, Heartbeat heartbeat, Producer<byte[], byte[]> producer) {}

    private final Supplier<Parts> factory;
    private @Nullable Parts parts;

    PurgeLink(Supplier<Parts> factory) {
        this.factory = factory;
    }

    @Override
    public synchronized void start() {
        if (parts == null) {
            parts = factory.get();
            parts.reader().start();
            parts.heartbeat().start();
        }
    }

    @Override
    public synchronized void stop() {
        if (parts != null) {
            parts.reader().close();
            parts.heartbeat().close();
            parts.producer().close(Duration.ofSeconds(2));
            parts = null;
        }
    }

    /** Purges in the log that are not applied yet; empty while it does not run. */
    public synchronized OptionalLong lag() {
        return parts == null
                ? OptionalLong.empty()
                : OptionalLong.of(parts.reader().lag());
    }

    @Override
    public synchronized boolean isRunning() {
        return parts != null;
    }

    @Override
    public int getPhase() {
        return WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 1024;
    }
}
