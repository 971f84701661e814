package io.tidemark.commons.drain;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * The first that happens after SIGTERM, when readiness is already refused: for the drain time everything is still answered,
 * and clients are asked to leave with each answer. Half-way, what has no end of its own is ended. It is over before its time
 * once no connection was open for a fifth of it. Then Spring Boot's graceful shutdown follows, which takes no new connections,
 * closes idle ones and waits for the requests under way.
 */
public final class Drain implements SmartLifecycle {
    /**
     * The phase of what requests need to be answered, such as readers of a log: it starts before the web server and stops
     * after its last request.
     */
    public static final int BEHIND_REQUESTS_PHASE = WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 1024;

    private static final Logger log = LoggerFactory.getLogger(Drain.class);
    private static final int QUIET_SHARE = 5;
    private static final Duration LOOK = Duration.ofMillis(50);

    private final Duration time;
    private final List<ClientConnections> connections;
    private final List<Runnable> lastCalls = new CopyOnWriteArrayList<>();
    private volatile boolean running;
    private volatile boolean draining;
    private volatile boolean lastCalled;

    /** @param time how long; 0 for not at all */
    public Drain(Duration time, List<ClientConnections> connections) {
        this.time = time;
        this.connections = List.copyOf(connections);
    }

    /** Whether clients are to leave. One volatile read. */
    public boolean isDraining() {
        return draining;
    }

    /** Whether what has no end of its own is to end. One volatile read. */
    public boolean isLastCall() {
        return lastCalled;
    }

    /**
     * Has this called when what has no end of its own is to end; at once if that moment is over.
     *
     * @return forgets it
     */
    public Runnable onLastCall(Runnable action) {
        lastCalls.add(action);
        if (lastCalled && lastCalls.remove(action)) {
            action.run();
        }
        return () -> lastCalls.remove(action);
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        draining = true;
        connections.forEach(ClientConnections::letGo);
        if (!time.isZero()) {
            log.info("draining for up to {}: {} connections are asked to leave", time, open());
        }
        long start = System.nanoTime();
        await(start, time.dividedBy(2));
        lastCall();
        await(start, time);
        connections.forEach(ClientConnections::lastCall); // those that came meanwhile
        if (!time.isZero()) {
            log.info("drained: {} connections are left", open());
        }
    }

    private void lastCall() {
        lastCalled = true;
        connections.forEach(ClientConnections::lastCall);
        List.copyOf(lastCalls).forEach(action -> {
            if (lastCalls.remove(action)) { // not forgotten, or called, meanwhile
                action.run();
            }
        });
    }

    /** Until so much time has passed since the start, or no connection was open for long enough. */
    private void await(long start, Duration until) {
        long quietNanos = time.dividedBy(QUIET_SHARE).toNanos();
        long usedAt = start;
        try {
            for (long now = start; now - start < until.toNanos(); now = System.nanoTime()) {
                if (open() > 0) {
                    usedAt = now;
                } else if (now - usedAt >= quietNanos) {
                    return;
                }
                Thread.sleep(LOOK);
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    private int open() {
        return connections.stream().mapToInt(ClientConnections::open).sum();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
