package io.tidemark.local.backends;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka and some Redis servers that run together, on free ports.
 *
 * <pre>{@code
 * Backends backends = Backends.shared();      // one Kafka and two Redis for all tests of this JVM
 * backends.kafka().bootstrapServers();
 * backends.redis(0).url();
 *
 * try (Backends own = Backends.start(1)) {    // for a test that kills them
 *     own.kafka().kill();
 *     own.kafka().start();
 * }
 * }</pre>
 */
public final class Backends implements AutoCloseable {
    private final Kafka kafka;
    private final List<Redis> redis;

    private Backends(Kafka kafka, List<Redis> redis) {
        this.kafka = kafka;
        this.redis = List.copyOf(redis);
    }

    /** Starts a Kafka and {@code redisCount} Redis servers that keep their keys; returns once all answer. */
    public static Backends start(int redisCount) {
        BackendMode mode = BackendMode.choose();
        List<Redis> redis = new ArrayList<>();
        for (int i = 0; i < redisCount; i++) {
            redis.add(Redis.create(
                    BackendOptions.named("redis-" + i).withMode(mode).withDurableKeys()));
        }
        Backends backends =
                new Backends(Kafka.create(BackendOptions.named("kafka").withMode(mode)), redis);
        try {
            startAll(backends.all());
        } catch (RuntimeException e) {
            backends.close();
            throw e;
        }
        return backends;
    }

    /** One Kafka and two Redis servers for this JVM, started at the first call, never to be killed or closed. */
    public static Backends shared() {
        return Shared.BACKENDS;
    }

    /** Starts all at the same time; returns once all answer. */
    public static void startAll(List<? extends Backend> backends) {
        @Nullable BackendFailedException failure = null;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> starts = new ArrayList<>();
            for (Backend backend : backends) {
                starts.add(threads.submit(backend::start));
            }
            for (Future<?> start : starts) {
                try {
                    start.get();
                } catch (ExecutionException e) {
                    failure = e.getCause() instanceof BackendFailedException failed
                            ? failed
                            : new BackendFailedException("a backend did not start", e);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    failure = new BackendFailedException("interrupted while backends started", e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    public Kafka kafka() {
        return kafka;
    }

    public Redis redis(int index) {
        return redis.get(index);
    }

    private List<Backend> all() {
        List<Backend> all = new ArrayList<>(redis);
        all.add(kafka);
        return all;
    }

    @Override
    public void close() {
        all().forEach(Backend::close);
    }

    private static final class Shared {
        static final Backends BACKENDS = start(2);
    }
}
