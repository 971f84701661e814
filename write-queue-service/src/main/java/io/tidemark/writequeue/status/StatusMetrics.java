package io.tidemark.writequeue.status;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.writequeue.types.WriteType;
import io.tidemark.writequeue.types.WriteTypes;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Depth and age of each type's queue, all instances together, as metrics {@code tidemark.writes.depth} and
 * {@code tidemark.writes.age} (seconds that the oldest unfinished write has waited). Looked up every 2 s.
 */
@Component
@EnableScheduling
class StatusMetrics {
    private static final Logger log = LoggerFactory.getLogger(StatusMetrics.class);

    private final WriteTypes types;
    private final QueueDepth depths;
    private final Clock clock;
    private final Map<String, Sample> samples = new ConcurrentHashMap<>();

    private record Sample(long depth, Duration age) {
        static final Sample NONE = new Sample(0, Duration.ZERO);
    }

    StatusMetrics(WriteTypes types, QueueDepth depths, MeterRegistry meters, Clock clock) {
        this.types = types;
        this.depths = depths;
        this.clock = clock;
        for (WriteType type : types.all()) {
            Gauge.builder("tidemark.writes.depth", () -> sample(type).depth())
                    .description("writes accepted and not finished")
                    .tag("type", type.name())
                    .register(meters);
            Gauge.builder("tidemark.writes.age", () -> sample(type).age().toMillis() / 1000.0)
                    .description("how long the oldest unfinished write has waited")
                    .baseUnit("seconds")
                    .tag("type", type.name())
                    .register(meters);
        }
    }

    @Scheduled(fixedDelay = 2000)
    void look() {
        for (WriteType type : types.all()) {
            try {
                long pruned = depths.prune(type.name());
                if (pruned > 0) {
                    log.info("{}: {} acceptances never ended", type.name(), pruned);
                }
                Duration age = depths.oldest(type.name())
                        .map(oldest -> Duration.between(oldest, clock.instant()))
                        .filter(Duration::isPositive)
                        .orElse(Duration.ZERO);
                samples.put(type.name(), new Sample(depths.of(type.name()), age));
            } catch (DataAccessException unavailable) {
                log.debug("no depth of {}: {}", type.name(), unavailable.getMessage());
            }
        }
    }

    private Sample sample(WriteType type) {
        return samples.getOrDefault(type.name(), Sample.NONE);
    }
}
