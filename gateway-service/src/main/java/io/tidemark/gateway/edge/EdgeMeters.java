package io.tidemark.gateway.edge;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.gateway.cache.CacheStatus.Summary;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.springframework.stereotype.Component;

/** Counts answers by route and by how they were made. Cheap enough for every request. */
@Component
public final class EdgeMeters {
    private final MeterRegistry registry;
    private final Map<String, OfRoute> routes = new ConcurrentHashMap<>();
    private final Map<Summary, LongAdder> totals = new EnumMap<>(Summary.class);

    EdgeMeters(MeterRegistry registry) {
        this.registry = registry;
        for (Summary summary : Summary.values()) {
            totals.put(summary, new LongAdder());
        }
    }

    /** The answers of one route. */
    public final class OfRoute {
        private final Map<Summary, Counter> answers;
        private final Counter saved;

        private OfRoute(Map<Summary, Counter> answers, Counter saved) {
            this.answers = answers;
            this.saved = saved;
        }

        /**
         * Counts an answer.
         *
         * @param saves whether it cost no call to the origin of its own: neither a hit does, nor who waited for another's call
         */
        public void answered(Summary summary, boolean saves) {
            count(totals, summary).increment();
            Counter counter = answers.get(summary);
            if (counter != null) {
                counter.increment();
            }
            if (saves) {
                saved.increment();
            }
        }
    }

    public OfRoute of(String routeId) {
        OfRoute known = routes.get(routeId);
        return known != null ? known : routes.computeIfAbsent(routeId, this::register);
    }

    private OfRoute register(String routeId) {
        Map<Summary, Counter> answers = new EnumMap<>(Summary.class);
        for (Summary summary : Summary.values()) {
            answers.put(
                    summary,
                    Counter.builder("tidemark.answers")
                            .description("answers by route and by how they were made")
                            .tag("route", routeId)
                            .tag("cache", summary.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        return new OfRoute(
                answers,
                Counter.builder("tidemark.origin.saved")
                        .description("answers that cost no call to the origin of their own")
                        .tag("route", routeId)
                        .register(registry));
    }

    private static LongAdder count(Map<Summary, LongAdder> totals, Summary summary) {
        LongAdder adder = totals.get(summary);
        if (adder == null) {
            throw new IllegalStateException("no total of " + summary);
        }
        return adder;
    }

    /** How many answers were made in this way since the start. */
    public long total(Summary summary) {
        return count(totals, summary).sum();
    }

    /** Hits and stale hits among all answers but those that passed the cache by; 0 before the first. */
    public double hitRatio() {
        double hits = total(Summary.HIT) + total(Summary.STALE);
        double all = hits + total(Summary.MISS) + total(Summary.REVALIDATED);
        return all == 0 ? 0 : hits / all;
    }

    /** Origin calls saved, by route. */
    public Map<String, Long> saved() {
        Map<String, Long> saved = new TreeMap<>();
        routes.forEach((id, route) -> saved.put(id, (long) route.saved.count()));
        return saved;
    }
}
