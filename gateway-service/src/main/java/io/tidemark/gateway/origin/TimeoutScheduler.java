package io.tidemark.gateway.origin;

import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Keeps the time limits of calls, of which nearly all are cancelled before they are over: a wheel takes one in and out without
 * waking a thread, as {@link Schedulers#parallel()} often has to. A delayed task runs there, up to two ticks of
 * {@value #TICK_MILLIS} ms late; a repeated one has its period between an end and the next start.
 */
public final class TimeoutScheduler implements Scheduler {
    private static final long TICK_MILLIS = 20;

    private static final TimeoutScheduler INSTANCE = new TimeoutScheduler();

    private final HashedWheelTimer wheel =
            new HashedWheelTimer(new DefaultThreadFactory("timeouts", true), TICK_MILLIS, TimeUnit.MILLISECONDS);
    private final Scheduler parallel = Schedulers.parallel();

    private TimeoutScheduler() {}

    /** The one of this process. It has no end of its own. */
    public static Scheduler shared() {
        return INSTANCE;
    }

    /** By the monotonic clock: what is measured with it knows no steps of the other one. */
    @Override
    public long now(TimeUnit unit) {
        return unit.convert(System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public Disposable schedule(Runnable task) {
        return parallel.schedule(task);
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        Timeout timeout = wheel.newTimeout(_ -> parallel.schedule(task), delay, unit);
        return timeout::cancel;
    }

    @Override
    public Disposable schedulePeriodically(Runnable task, long initialDelay, long period, TimeUnit unit) {
        Disposable.Swap next = Disposables.swap();
        repeat(next, task, initialDelay, period, unit);
        return next;
    }

    private void repeat(Disposable.Swap next, Runnable task, long delay, long period, TimeUnit unit) {
        next.update(schedule(
                () -> {
                    task.run();
                    repeat(next, task, period, period, unit);
                },
                delay,
                unit));
    }

    @Override
    public Worker createWorker() {
        return parallel.createWorker();
    }
}
