package io.tidemark.gateway.log;

import io.tidemark.commons.outage.Outage;
import io.tidemark.contracts.KeyHoldings;
import io.tidemark.contracts.Position;
import io.tidemark.contracts.RecordCodec;
import io.tidemark.contracts.Topics;
import io.tidemark.contracts.Watermark;
import io.tidemark.gateway.purge.Fence;
import io.tidemark.gateway.purge.PurgeLedger;
import io.tidemark.gateway.purge.Standing;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says how far this gateway has read the purge log: at once when its watermark moves, and at each interval. Several moves
 * in short order are said in one heartbeat. Each acknowledgement renews the {@link Fence}, counted from the sending.
 */
final class Heartbeat implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Heartbeat.class);

    /** Heartbeats that are under way because the watermark moved; more wait for an acknowledgement. */
    private static final int MAX_IN_FLIGHT = 4;

    /** Between two heartbeats because the watermark moved: what moves meanwhile is said in the later one. */
    private static final Duration SPACING = Duration.ofMillis(5);

    /**
     * Who this gateway is.
     *
     * @param instance the running process
     */
    record Identity(String region, String colo, String instance) {}

    /** Hears of acknowledged heartbeats. */
    interface Acknowledgements {
        /**
         * A heartbeat was acknowledged.
         *
         * @param sent when it was sent, by the monotonic clock
         * @param now when that was heard of
         * @param appendedAt when the broker took it, by the broker's clock; null where brokers do not date records
         */
        void acknowledged(long sent, long now, @Nullable Instant appendedAt);
    }

    private final Identity identity;
    private final PurgeLedger ledger;
    private final Fence fence;
    private final Producer<byte[], byte[]> producer;
    private final GatewayStats stats;
    private final Supplier<KeyHoldings> keys;
    private final Duration interval;
    private final InstantSource clock;
    private final Acknowledgements onAcknowledged;
    private final Outage outage = new Outage(log, "Heartbeats are not acknowledged", "Heartbeats are acknowledged");
    private final Semaphore due = new Semaphore(0);
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Thread thread = Thread.ofPlatform().name("heartbeat").daemon().unstarted(this::run);
    private volatile boolean stopping;
    private volatile boolean wanting;
    private volatile Instant appliedAt;
    private long lastSent = System.nanoTime() - SPACING.toNanos(); // of the heartbeat's own thread

    Heartbeat(
            Identity identity,
            PurgeLedger ledger,
            Fence fence,
            Producer<byte[], byte[]> producer,
            GatewayStats stats,
            Supplier<KeyHoldings> keys,
            Duration interval,
            InstantSource clock,
            Acknowledgements onAcknowledged) {
        this.identity = identity;
        this.ledger = ledger;
        this.fence = fence;
        this.producer = producer;
        this.stats = stats;
        this.keys = keys;
        this.interval = interval;
        this.clock = clock;
        this.onAcknowledged = onAcknowledged;
        this.appliedAt = clock.instant();
    }

    void start() {
        thread.start();
    }

    /** The watermark has moved. */
    void moved() {
        appliedAt = clock.instant();
        due.release();
    }

    /** Stops, and says that this gateway has left for good: it must no longer answer requests. */
    @Override
    public void close() {
        stopping = true;
        due.release();
        try {
            thread.join(interval.plusSeconds(2));
            var _ = producer.send(new ProducerRecord<>(Topics.WATERMARKS, 0, key(), null))
                    .get(2, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException | TimeoutException | RuntimeException failure) {
            log.warn("Could not say that this gateway has left; its lease will run out: {}", failure.getMessage());
        }
    }

    private void run() {
        while (!stopping) {
            try {
                boolean hasMoved = due.tryAcquire(interval.toNanos(), TimeUnit.NANOSECONDS);
                if (hasMoved) {
                    TimeUnit.NANOSECONDS.sleep(lastSent + SPACING.toNanos() - System.nanoTime());
                }
                due.drainPermits();
                if (hasMoved && inFlight.get() >= MAX_IN_FLIGHT) {
                    wanting = true; // the next acknowledgement sends it on
                    if (inFlight.get() < MAX_IN_FLIGHT) {
                        due.release(); // it came meanwhile
                    }
                } else if (!stopping && !ledger.watermark().epoch().equals(PurgeLedger.UNREAD)) {
                    send();
                }
            } catch (InterruptedException interrupted) {
                return;
            } catch (RuntimeException failure) {
                outage.failed(failure);
            }
        }
    }

    private void send() {
        long created = clock.millis();
        long sent = System.nanoTime(); // before anything that may block: the lease counts from here
        lastSent = sent;
        Position watermark = ledger.watermark();
        Watermark heartbeat = new Watermark(
                Watermark.SCHEMA,
                identity.region(),
                identity.colo(),
                identity.instance(),
                watermark,
                fence.standing(sent) == Standing.CURRENT ? Watermark.State.SERVING : Watermark.State.REPLAYING,
                stats.uncoveredRoutes(),
                appliedAt,
                clock.instant(),
                stats.stats(),
                keys.get(),
                stats.erases());
        inFlight.incrementAndGet();
        try {
            var _ = producer.send(
                    new ProducerRecord<>(Topics.WATERMARKS, 0, created, key(), RecordCodec.WATERMARK.encode(heartbeat)),
                    (place, failure) -> acknowledged(sent, appendedAt(place, created), failure));
        } catch (RuntimeException failure) {
            acknowledged(sent, null, failure);
        }
    }

    /** A broker that dates records itself (LogAppendTime) answers another time than it was sent, but for once in a while. */
    private static @Nullable Instant appendedAt(@Nullable RecordMetadata place, long created) {
        return place == null || !place.hasTimestamp() || place.timestamp() == created
                ? null
                : Instant.ofEpochMilli(place.timestamp());
    }

    private void acknowledged(long sent, @Nullable Instant appendedAt, @Nullable Exception failure) {
        long now = System.nanoTime();
        inFlight.decrementAndGet();
        if (failure == null) {
            outage.over();
            fence.acknowledged(sent, now);
            onAcknowledged.acknowledged(sent, now, appendedAt);
        } else {
            outage.failed(failure);
        }
        if (wanting) {
            wanting = false;
            due.release();
        }
    }

    private byte[] key() {
        return identity.instance().getBytes(StandardCharsets.UTF_8);
    }
}
