package io.tidemark.writequeue.delivery;

import java.time.Duration;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/**
 * Whether this instance may still believe that its partitions are its own. The broker gives them to another instance when
 * it has had no heartbeat for the session timeout; an attempt begun now must have ended by then. Thread-safe.
 */
@Component
class OwnershipFence {
    private volatile Supplier<Duration> sinceHeartbeat = () -> Duration.ofDays(1);
    private volatile Duration limit = Duration.ZERO;

    /**
     * Starts to watch a consumer.
     *
     * @param newLimit how old the last heartbeat may be
     * @param newSinceHeartbeat its age
     */
    void watch(Duration newLimit, Supplier<Duration> newSinceHeartbeat) {
        limit = newLimit;
        sinceHeartbeat = newSinceHeartbeat;
    }

    boolean holds() {
        return sinceHeartbeat.get().compareTo(limit) <= 0;
    }

    Duration sinceHeartbeat() {
        return sinceHeartbeat.get();
    }
}
