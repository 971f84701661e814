package io.tidemark.invalidation.freshness;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What was measured of freshness since the start, by region. Thread-safe; keeps the last {@value #KEPT} times of each region.
 *
 * <ul>
 *   <li>{@code tidemark.freshness.time}: from the sending of a change until a gateway shows it (histogram)
 *   <li>{@code tidemark.freshness.behind}: for how long there has been a newer version than the oldest that is still served, in seconds
 *   <li>{@code tidemark.freshness.missed}: changes that a gateway did not show in time
 *   <li>{@code tidemark.freshness.asked}, {@code .old}: answers to questions for what was purged, and those older than their purge
 *   <li>{@code tidemark.freshness.failed}: questions of either kind that a gateway did not answer
 * </ul>
 */
public final class Freshness {
    private static final int KEPT = 512;
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(10), Duration.ofMillis(25), Duration.ofMillis(50), Duration.ofMillis(100),
        Duration.ofMillis(250), Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofMillis(2500),
        Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(30)
    };

    private final CanaryHistory history;
    private final LongSupplier nanoTime;
    private final InstantSource clock;
    private final Map<String, Region> regions = new TreeMap<>();

    Freshness(
            Map<String, List<URI>> gateways,
            CanaryHistory history,
            MeterRegistry meters,
            LongSupplier nanoTime,
            InstantSource clock) {
        this.history = history;
        this.nanoTime = nanoTime;
        this.clock = clock;
        gateways.keySet().forEach(name -> regions.put(name, new Region(name, meters)));
    }

    /**
     * What is shown of it.
     *
     * @param on whether it is measured at all
     * @param version the canary's newest; null without one, or before it was seen
     */
    public record Report(boolean on, @Nullable String version, Map<String, OfRegion> regions) {}

    /**
     * One region.
     *
     * @param changes how often a gateway showed a change
     * @param p50Ms the median of the last times from a change to a gateway that shows it; null before the first
     * @param behindMs for how long there has been a newer version than the oldest that is still served
     * @param missed changes that a gateway did not show in time
     * @param asked answers to questions for what was purged, after its receipt was complete
     * @param old those of them that were older than their purge: 0, or something is wrong
     * @param failed questions that were not answered
     * @param lastOld the latest of the old ones; null if there is none
     */
    public record OfRegion(
            long changes,
            @Nullable Double p50Ms,
            @Nullable Double p99Ms,
            long behindMs,
            long missed,
            long asked,
            long old,
            long failed,
            List<Shown> gateways,
            @Nullable Old lastOld) {}

    /**
     * What a gateway showed last.
     *
     * @param colo as it names itself
     */
    public record Shown(URI address, String colo, String version, long behindMs, Instant at) {}

    /** An answer that was older than its purge; the gateway explains it by the request's id. */
    public record Old(URI url, String purge, String colo, String requestId, Instant at) {}

    public Report report() {
        Map<String, OfRegion> shown = new TreeMap<>();
        regions.forEach((name, region) -> shown.put(name, region.report()));
        return new Report(!regions.isEmpty(), history.newest(), shown);
    }

    void fresh(String region, long nanos) {
        of(region).fresh(nanos);
    }

    void missed(String region) {
        of(region).missed.increment();
    }

    void failed(String region) {
        of(region).failed.increment();
    }

    void shown(Gateway gateway, Answer answer) {
        of(gateway.region()).shown(gateway.address(), answer);
    }

    void asked(String region, @Nullable Old old) {
        of(region).asked(old);
    }

    private Region of(String name) {
        Region region = regions.get(name);
        if (region == null) {
            throw new IllegalArgumentException("no region " + name);
        }
        return region;
    }

    private final class Region {
        private final Timer time;
        private final Counter missed;
        private final Counter asked;
        private final Counter old;
        private final Counter failed;
        private final Map<URI, Shown> shown = new TreeMap<>(); // these three guarded by this
        private final long[] times = new long[KEPT];
        private @Nullable Old lastOld;

        Region(String name, MeterRegistry meters) {
            time = Timer.builder("tidemark.freshness.time")
                    .description("From the sending of a change until a gateway shows it")
                    .tag("region", name)
                    .serviceLevelObjectives(BUCKETS)
                    .register(meters);
            missed = counter("tidemark.freshness.missed", "Changes that a gateway did not show in time", name, meters);
            asked = counter(
                    "tidemark.freshness.asked", "Questions for what was purged that were answered", name, meters);
            old = counter("tidemark.freshness.old", "Answers older than their purge", name, meters);
            failed = counter("tidemark.freshness.failed", "Questions that a gateway did not answer", name, meters);
            Gauge.builder("tidemark.freshness.behind", this, region -> region.behindNanos() / 1e9)
                    .description("For how long there has been a newer version than the oldest that is still served")
                    .baseUnit("seconds")
                    .tag("region", name)
                    .strongReference(true)
                    .register(meters);
        }

        private static Counter counter(String name, String what, String region, MeterRegistry meters) {
            return Counter.builder(name).description(what).tag("region", region).register(meters);
        }

        synchronized void fresh(long nanos) {
            times[(int) (time.count() % KEPT)] = nanos;
            time.record(nanos, TimeUnit.NANOSECONDS);
        }

        synchronized void shown(URI address, Answer answer) {
            shown.put(address, new Shown(address, answer.colo(), answer.version(), 0, clock.instant()));
        }

        synchronized void asked(@Nullable Old found) {
            asked.increment();
            if (found != null) {
                old.increment();
                lastOld = found;
            }
        }

        synchronized long behindNanos() {
            long now = nanoTime.getAsLong();
            return shown.values().stream()
                    .mapToLong(last -> history.supersededFor(last.version(), now))
                    .max()
                    .orElse(0);
        }

        synchronized OfRegion report() {
            long now = nanoTime.getAsLong();
            List<Shown> gateways = shown.values().stream()
                    .map(last -> new Shown(
                            last.address(),
                            last.colo(),
                            last.version(),
                            TimeUnit.NANOSECONDS.toMillis(history.supersededFor(last.version(), now)),
                            last.at()))
                    .toList();
            long[] sorted = Arrays.copyOf(times, (int) Math.min(KEPT, time.count()));
            Arrays.sort(sorted);
            return new OfRegion(
                    time.count(),
                    percentileMs(sorted, 0.5),
                    percentileMs(sorted, 0.99),
                    TimeUnit.NANOSECONDS.toMillis(behindNanos()),
                    (long) missed.count(),
                    (long) asked.count(),
                    (long) old.count(),
                    (long) failed.count(),
                    gateways,
                    lastOld);
        }

        private static @Nullable Double percentileMs(long[] sorted, double share) {
            return sorted.length == 0 ? null : (Double) (sorted[(int) Math.ceil(share * sorted.length) - 1] / 1e6);
        }
    }
}
