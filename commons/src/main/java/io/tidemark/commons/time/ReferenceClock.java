package io.tidemark.commons.time;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The clock of a backend, as answers of it tell: what time it is there by now, counted on by the monotonic clock, so that
 * whoever sets this machine's clock changes nothing. It is exact to half of the quickest answer in half a minute. How far
 * this machine's clock is ahead is shown ({@code tidemark.clock.offset{backend}}, seconds; NaN until an answer came) and said
 * once when it is more than {@link #LIMIT}. Thread-safe.
 */
public final class ReferenceClock {
    /** By less, clocks differ that are kept right. */
    public static final Duration LIMIT = Duration.ofSeconds(5);

    private static final Logger log = LoggerFactory.getLogger(ReferenceClock.class);
    private static final long WINDOW_NANOS = Duration.ofSeconds(30).toNanos();

    private final String backend;
    private final InstantSource wall;
    private final LongSupplier nanoTime;
    private volatile @Nullable Reading best;
    private boolean apart;

    /** What was read, as of the middle of its question. */
    private record Reading(Instant there, long atNanos, long tookNanos) {}

    /** @param backend whose clock it is, for the metric and for people */
    public ReferenceClock(String backend, InstantSource wall, LongSupplier nanoTime, MeterRegistry metrics) {
        this.backend = backend;
        this.wall = wall;
        this.nanoTime = nanoTime;
        Gauge.builder("tidemark.clock.offset", this, ReferenceClock::offsetSeconds)
                .description("How far this machine's clock is ahead of the backend's")
                .baseUnit("seconds")
                .tag("backend", backend)
                .strongReference(true)
                .register(metrics);
    }

    /**
     * An answer told the time there.
     *
     * @param askedNanos when it was asked, by the monotonic clock
     * @param answeredNanos when the answer came
     */
    public synchronized void read(long askedNanos, long answeredNanos, Instant there) {
        long took = answeredNanos - askedNanos;
        Reading known = best;
        if (known == null || took <= known.tookNanos || answeredNanos - known.atNanos > WINDOW_NANOS) {
            best = new Reading(there, askedNanos + took / 2, took);
        }
        say();
    }

    /** What time it is there; empty until an answer came. */
    public Optional<Instant> now() {
        Reading known = best;
        return known == null
                ? Optional.empty()
                : Optional.of(known.there.plusNanos(nanoTime.getAsLong() - known.atNanos));
    }

    /** How far this machine's clock is ahead; empty until an answer came. */
    public Optional<Duration> offset() {
        return now().map(there -> Duration.between(there, wall.instant()));
    }

    private double offsetSeconds() {
        return offset().map(offset -> offset.toMillis() / 1e3).orElse(Double.NaN);
    }

    private void say() {
        Duration offset = offset().orElse(Duration.ZERO);
        boolean now = offset.abs().compareTo(LIMIT) > 0;
        if (now && !apart) {
            log.warn("this machine's clock is {} ahead of {}'s: keep them right (NTP)", offset, backend);
        } else if (!now && apart) {
            log.info("this machine's clock and {}'s agree again", backend);
        }
        apart = now;
    }
}
