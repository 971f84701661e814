package io.tidemark.invalidation.freshness;

import java.util.ArrayList;
import java.util.List;
import org.springframework.context.SmartLifecycle;

/** Measures while the service runs, each part on a virtual thread of its own. */
final class FreshnessWatch implements SmartLifecycle {
    private final List<Runnable> work;
    private final List<Thread> threads = new ArrayList<>();

    FreshnessWatch(List<Runnable> work) {
        this.work = List.copyOf(work);
    }

    @Override
    public synchronized void start() {
        work.forEach(part -> threads.add(
                Thread.ofVirtual().name("freshness-" + threads.size()).start(part)));
    }

    @Override
    public synchronized void stop() {
        threads.forEach(Thread::interrupt);
        threads.clear();
    }

    @Override
    public synchronized boolean isRunning() {
        return !threads.isEmpty();
    }
}
