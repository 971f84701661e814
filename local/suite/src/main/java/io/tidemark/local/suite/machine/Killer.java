package io.tidemark.local.suite.machine;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Kills one process at each interval and starts it again at once, whether the ones before are up again or not. Which ones
 * is random, but the same for the same seed.
 */
public final class Killer implements AutoCloseable {
    private final List<? extends ServerProcess> victims;
    private final Duration interval;
    private final Random random;
    private final Thread thread;
    private final AtomicInteger kills = new AtomicInteger();

    public Killer(List<? extends ServerProcess> victims, Duration interval, long seed) {
        this.victims = victims;
        this.interval = interval;
        this.random = new Random(seed);
        this.thread = Thread.ofPlatform().name("killer").unstarted(this::run);
    }

    public void start() {
        if (!interval.isZero()) {
            thread.start();
        }
    }

    public int kills() {
        return kills.get();
    }

    private void run() {
        long next = System.nanoTime();
        try {
            while (true) {
                next += interval.toNanos();
                Thread.sleep(Duration.ofNanos(Math.max(0, next - System.nanoTime())));
                victims.get(random.nextInt(victims.size())).killAndStart();
                kills.incrementAndGet();
            }
        } catch (InterruptedException ended) {
            // that is how it ends
        }
    }

    /** Returns when nothing is killed any more. */
    @Override
    public void close() throws InterruptedException {
        thread.interrupt();
        thread.join();
    }
}
