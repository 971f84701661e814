package io.tidemark.gateway.store;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.commons.time.ClockSteps;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/**
 * Looks once a second whether the wall clock was set. When it was set back, how long stored responses have been here is not
 * known any more: those of this process are forgotten. When it was set forward they are older than they were, which is safe.
 */
public final class ClockWatch implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(ClockWatch.class);
    private static final long SECOND = 1000;

    private final ClockSteps steps;
    private final Runnable forget;
    private final Consumer<Duration> others;
    private final Scheduler timer;
    private final MeterRegistry metrics;
    private volatile Disposable looking = () -> {};
    private volatile boolean running;

    /**
     * @param forget forgets what is stored in this process
     * @param others told by how much it was set
     */
    public ClockWatch(
            ClockSteps steps, Runnable forget, Consumer<Duration> others, Scheduler timer, MeterRegistry metrics) {
        this.steps = steps;
        this.forget = forget;
        this.others = others;
        this.timer = timer;
        this.metrics = metrics;
    }

    void look() {
        Duration step = steps.look();
        if (step.isZero()) {
            return;
        }
        log.warn(
                "the clock was set by {}{}",
                step,
                step.isNegative() ? ": what is stored in this process is forgotten" : "");
        metrics.counter("tidemark.clock.steps", "direction", step.isNegative() ? "back" : "forward")
                .increment();
        others.accept(step);
        if (step.isNegative()) {
            forget.run();
        }
    }

    @Override
    public void start() {
        running = true;
        looking = timer.schedulePeriodically(this::look, SECOND, SECOND, TimeUnit.MILLISECONDS);
    }

    @Override
    public void stop() {
        running = false;
        looking.dispose();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
