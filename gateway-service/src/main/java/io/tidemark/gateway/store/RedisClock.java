package io.tidemark.gateway.store;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.commons.time.ReferenceClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/** Asks the region's Redis every ten seconds what time it is, so that {@link ReferenceClock} shows how far the clocks are apart. */
public final class RedisClock implements SmartLifecycle {
    private static final Duration EVERY = Duration.ofSeconds(10);

    private final RedisLink redis;
    private final Scheduler timer;
    private final ReferenceClock clock;
    private volatile Disposable asking = Disposables.disposed();

    public RedisClock(RedisLink redis, Scheduler timer, MeterRegistry metrics) {
        this.redis = redis;
        this.timer = timer;
        this.clock = new ReferenceClock("redis", InstantSource.system(), System::nanoTime, metrics);
    }

    private void ask() {
        if (redis.isUp()) {
            long asked = System.nanoTime();
            var _ = redis.call(RedisClusterAsyncCommands::time).thenAccept(told -> {
                if (told.size() == 2) {
                    clock.read(asked, System.nanoTime(), instant(told));
                }
            });
        }
    }

    /** Seconds, and microseconds of them. */
    private static Instant instant(List<byte[]> told) {
        return Instant.ofEpochSecond(number(told.getFirst()), number(told.getLast()) * 1000);
    }

    private static long number(byte[] digits) {
        return Long.parseLong(new String(digits, StandardCharsets.US_ASCII));
    }

    @Override
    public void start() {
        asking = timer.schedulePeriodically(this::ask, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void stop() {
        asking.dispose();
    }

    @Override
    public boolean isRunning() {
        return !asking.isDisposed();
    }
}
