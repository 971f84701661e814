package io.tidemark.commons.tracing;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.commons.outage.Outage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends things in batches, off the path of who offers them: offering never blocks, wakes nobody, and takes no lock. What finds no
 * room, and what cannot be sent, is dropped and counted: offered = sent + dropped + waiting, exactly. One thread sends.
 *
 * @param <T> what is sent
 */
public final class Outbox<T> implements AutoCloseable {
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    private final AtomicReferenceArray<T> ring;
    private final int mask;
    private final AtomicLong tail = new AtomicLong();
    private final AtomicLong head = new AtomicLong();
    private final int batch;
    private final Sender<T> sender;
    private final Outage outage;
    private final LongAdder sent = new LongAdder();
    private final LongAdder full = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final Thread thread;
    private volatile boolean stopping;

    /** Sends a batch, blocking; what it throws says why nothing of it was taken. */
    @FunctionalInterface
    public interface Sender<T> {
        void send(List<T> batch) throws Exception;
    }

    /**
     * Begins to send.
     *
     * @param name of the thread, and of the metrics {@code name.sent}, {@code name.dropped}, {@code name.waiting}
     * @param capacity the most that waits; rounded up to a power of two
     * @param batch the most that is sent at once
     * @param outage said once when sending fails, and when it works again
     */
    public Outbox(String name, int capacity, int batch, Sender<T> sender, Outage outage, MeterRegistry metrics) {
        int size = Integer.highestOneBit(Math.max(2, capacity) - 1) << 1;
        this.ring = new AtomicReferenceArray<>(size);
        this.mask = size - 1;
        this.batch = batch;
        this.sender = sender;
        this.outage = outage;
        FunctionCounter.builder(name + ".sent", sent, LongAdder::sum)
                .description("what was taken by the other side")
                .register(metrics);
        dropped(name, "full", full, metrics);
        dropped(name, "failed", failed, metrics);
        Gauge.builder(name + ".waiting", this, Outbox::waiting)
                .description("what waits to be sent")
                .register(metrics);
        this.thread = Thread.ofPlatform().name(name).daemon().start(this::run);
    }

    private static void dropped(String name, String reason, LongAdder count, MeterRegistry metrics) {
        FunctionCounter.builder(name + ".dropped", count, LongAdder::sum)
                .tag("reason", reason)
                .description("what was not sent: there was no room, or the other side did not take it")
                .register(metrics);
    }

    /** Has it sent, if there is room: whether there was. */
    public boolean offer(T item) {
        while (true) {
            long at = tail.get();
            if (at - head.get() > mask || stopping) {
                full.increment();
                return false;
            }
            if (tail.compareAndSet(at, at + 1)) {
                ring.setRelease((int) at & mask, item);
                return true;
            }
        }
    }

    public long sent() {
        return sent.sum();
    }

    public long dropped() {
        return full.sum() + failed.sum();
    }

    public long waiting() {
        return tail.get() - head.get();
    }

    private void run() {
        while (true) {
            List<T> items = take();
            if (!items.isEmpty()) {
                send(items);
            } else if (stopping) {
                return;
            } else {
                LockSupport.parkNanos(LOOK_EVERY.toNanos());
            }
        }
    }

    private List<T> take() {
        List<T> items = new ArrayList<>();
        long at = head.get();
        while (items.size() < batch) {
            T item = ring.getAcquire((int) at & mask);
            if (item == null) {
                break; // nothing, or its place is taken and not filled yet
            }
            ring.setPlain((int) at & mask, null);
            items.add(item);
            at++;
        }
        return items;
    }

    /** Their places are free again when they are counted: so nothing is ever neither waiting nor counted. */
    private void send(List<T> items) {
        try {
            sender.send(items);
            sent.add(items.size());
            outage.over();
        } catch (InterruptedException interrupted) {
            failed.add(items.size());
        } catch (Exception | LinkageError failure) {
            failed.add(items.size());
            outage.failed(failure);
        }
        head.addAndGet(items.size());
    }

    /** Sends what waits, for two seconds at most; nothing is taken any more. */
    @Override
    public void close() {
        stopping = true;
        LockSupport.unpark(thread);
        try {
            if (!thread.join(LAST_WORDS)) {
                thread.interrupt();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
