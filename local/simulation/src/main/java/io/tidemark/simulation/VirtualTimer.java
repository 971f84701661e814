package io.tidemark.simulation;

import java.util.Comparator;
import java.util.HashSet;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/**
 * A scheduler whose time passes only when it is told to. Tasks that are due run late rather than early, as in a process that
 * was paused: all of them see the time that has come. Not thread-safe.
 */
final class VirtualTimer implements Scheduler {
    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.<Task>comparingLong(task -> task.at).thenComparingLong(task -> task.number));
    private long nanos;
    private long number;

    private final class Task implements Disposable {
        private final Runnable action;
        private final long period;
        private final long number;
        private long at;
        private boolean disposed;
        private @Nullable Set<Task> owner;

        Task(Runnable action, long at, long period) {
            this.action = action;
            this.at = at;
            this.period = period;
            this.number = VirtualTimer.this.number++;
        }

        void run() {
            if (disposed) {
                return;
            }
            if (period > 0) {
                at = nanos + period;
                tasks.add(this);
            } else {
                dispose();
            }
            action.run();
        }

        @Override
        public void dispose() {
            disposed = true;
            if (owner != null) {
                owner.remove(this);
            }
        }

        @Override
        public boolean isDisposed() {
            return disposed;
        }
    }

    void advanceTo(long now) {
        nanos = now;
        for (Task next = tasks.peek(); next != null && next.at <= now; next = tasks.peek()) {
            tasks.remove();
            next.run();
        }
    }

    @Override
    public long now(TimeUnit unit) {
        return unit.convert(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public Disposable schedule(Runnable task) {
        return schedule(task, 0, TimeUnit.NANOSECONDS);
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        return add(new Task(task, nanos + unit.toNanos(Math.max(0, delay)), 0));
    }

    @Override
    public Disposable schedulePeriodically(Runnable task, long initialDelay, long period, TimeUnit unit) {
        return add(new Task(task, nanos + unit.toNanos(Math.max(0, initialDelay)), unit.toNanos(period)));
    }

    private Task add(Task task) {
        tasks.add(task);
        return task;
    }

    @Override
    public Worker createWorker() {
        return new Tasks();
    }

    private final class Tasks implements Worker {
        private final Set<Task> mine = new HashSet<>();
        private boolean disposed;

        @Override
        public Disposable schedule(Runnable task) {
            return schedule(task, 0, TimeUnit.NANOSECONDS);
        }

        @Override
        public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
            return disposed ? Disposables.disposed() : own(new Task(task, nanos + unit.toNanos(Math.max(0, delay)), 0));
        }

        @Override
        public Disposable schedulePeriodically(Runnable task, long initialDelay, long period, TimeUnit unit) {
            return disposed
                    ? Disposables.disposed()
                    : own(new Task(task, nanos + unit.toNanos(Math.max(0, initialDelay)), unit.toNanos(period)));
        }

        private Task own(Task task) {
            task.owner = mine;
            mine.add(task);
            return add(task);
        }

        @Override
        public void dispose() {
            disposed = true;
            Set.copyOf(mine).forEach(Task::dispose);
        }

        @Override
        public boolean isDisposed() {
            return disposed;
        }
    }
}
