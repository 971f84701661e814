package io.tidemark.writequeue.status;

import io.tidemark.commons.drain.Drain;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.listener.ChannelTopic;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;
import org.springframework.stereotype.Component;

/**
 * Wakes whoever waits for a write to change, on whichever instance it changes. Thread-safe.
 *
 * <p>A wake-up can be lost (Redis publishes at most once); who waits looks again now and then.
 */
@Component
public class StatusChanges implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(StatusChanges.class);

    private final Map<String, Set<Semaphore>> waiting = new ConcurrentHashMap<>();
    private final RedisMessageListenerContainer container = new RedisMessageListenerContainer();
    private volatile @Nullable Thread starter;
    private volatile boolean closed;

    public StatusChanges(RedisConnectionFactory connections) {
        container.setConnectionFactory(connections);
        container.addMessageListener(
                (message, _) -> changed(new String(message.getBody(), StandardCharsets.UTF_8)),
                new ChannelTopic(WriteStatusStore.CHANGES));
        container.afterPropertiesSet();
    }

    @Override
    public void start() {
        closed = false;
        starter = Thread.ofVirtual().name("status-changes").start(this::subscribe);
    }

    /** Registers for a write's changes; to be closed. */
    public Watch watch(String writeId) {
        Semaphore signal = new Semaphore(0);
        waiting.compute(writeId, (_, signals) -> {
            Set<Semaphore> all = signals == null ? ConcurrentHashMap.newKeySet() : signals;
            all.add(signal);
            return all;
        });
        return new Watch(writeId, signal);
    }

    /** One waiter's registration. For one thread. */
    public final class Watch implements AutoCloseable {
        private final String writeId;
        private final Semaphore signal;

        private Watch(String writeId, Semaphore signal) {
            this.writeId = writeId;
            this.signal = signal;
        }

        /** Returns when the write has changed since the last call, or after the time, or when interrupted. */
        public void await(Duration time) throws InterruptedException {
            if (signal.tryAcquire(time.toMillis(), TimeUnit.MILLISECONDS)) {
                signal.drainPermits();
            }
        }

        @Override
        public void close() {
            waiting.computeIfPresent(writeId, (_, signals) -> {
                signals.remove(signal);
                return signals.isEmpty() ? null : signals;
            });
        }
    }

    private void changed(String writeId) {
        waiting.getOrDefault(writeId, Set.of()).forEach(Semaphore::release);
    }

    /** Redis may not be there yet when this service starts; from then on the container reconnects by itself. */
    private void subscribe() {
        while (!closed) {
            try {
                container.start();
                return;
            } catch (RuntimeException unavailable) {
                log.debug("no subscription to status changes yet: {}", unavailable.getMessage());
                container.stop();
            }
            try {
                Thread.sleep(Duration.ofSeconds(1));
            } catch (InterruptedException interrupted) {
                return;
            }
        }
    }

    @Override
    public void stop() {
        closed = true;
        Thread starting = starter;
        if (starting != null) {
            starting.interrupt();
        }
        container.stop();
    }

    @Override
    public boolean isRunning() {
        return starter != null && !closed;
    }

    /** Behind whoever waits, and while there are connections to Redis that can be given back. */
    @Override
    public int getPhase() {
        return Drain.BEHIND_REQUESTS_PHASE;
    }
}
