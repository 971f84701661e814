package io.tidemark.gateway.origin;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.commons.http.HttpDate;
import io.tidemark.gateway.cache.Headers;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the gateway's clock is from those of its origins, by the Date of their responses: {@code tidemark.clock.skew}, in
 * seconds, positive where the gateway is ahead, and one line when it is more than {@link #LIMIT}, for then what is stored seems
 * older than it is, or the age of what others store is not known. Thread-safe.
 *
 * <p>A Date may be old, and by a second less than exact: of each minute the least difference counts, and of an origin one
 * response a second is looked at, if it has no Age.
 */
final class ClockSkew {
    /** By less, clocks differ that are kept right. */
    static final Duration LIMIT = Duration.ofSeconds(5);

    private static final Logger log = LoggerFactory.getLogger(ClockSkew.class);
    private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();

    private final MeterRegistry metrics;
    private final Map<String, Seen> origins = new ConcurrentHashMap<>(); // those of the routes

    ClockSkew(MeterRegistry metrics) {
        this.metrics = metrics;
    }

    /** Of one origin; all but the last look is guarded by this. */
    private static final class Seen {
        private volatile long lookedAt;
        private long minuteAt;
        private Duration least;
        private volatile Duration shown;
        private boolean apart;

        Seen(Duration skew, long nanoTime) {
            this.lookedAt = nanoTime - SECOND_NANOS;
            this.minuteAt = nanoTime;
            this.least = skew;
            this.shown = skew;
        }
    }

    /** A response came. Nearly always it is only looked whether to look at it. */
    void responded(String origin, Headers headers, Instant now, long nanoTime) {
        Seen seen = origins.get(origin);
        if (seen != null && nanoTime - seen.lookedAt < SECOND_NANOS) {
            return;
        }
        String field = headers.has("Age") ? null : headers.first("Date");
        Instant date = field == null ? null : HttpDate.parse(field, now);
        if (date == null) {
            return;
        }
        Duration skew = apart(date, now);
        looked(origin, origins.computeIfAbsent(origin, name -> registered(name, skew, nanoTime)), skew, nanoTime);
    }

    /** A Date names a whole second: what lies in it is no difference. */
    private static Duration apart(Instant date, Instant now) {
        if (now.isBefore(date)) {
            return Duration.between(date, now);
        }
        Instant end = date.plusSeconds(1);
        return now.isBefore(end) ? Duration.ZERO : Duration.between(end, now);
    }

    private Seen registered(String origin, Duration skew, long nanoTime) {
        Seen seen = new Seen(skew, nanoTime);
        Gauge.builder("tidemark.clock.skew", seen, known -> known.shown.toMillis() / 1e3)
                .description("How far the gateway's clock is ahead of its origin's, by Date")
                .baseUnit("seconds")
                .tag("origin", origin)
                .strongReference(true)
                .register(metrics);
        return seen;
    }

    private static void looked(String origin, Seen seen, Duration skew, long nanoTime) {
        synchronized (seen) {
            seen.lookedAt = nanoTime;
            boolean over = nanoTime - seen.minuteAt >= MINUTE_NANOS;
            if (over) {
                seen.shown = seen.least;
                seen.minuteAt = nanoTime;
            }
            seen.least = over || skew.abs().compareTo(seen.least.abs()) < 0 ? skew : seen.least;
            if (seen.least.abs().compareTo(seen.shown.abs()) < 0) {
                seen.shown = seen.least;
            }
            boolean apart = seen.shown.abs().compareTo(LIMIT) > 0;
            if (over && apart && !seen.apart) {
                log.warn(
                        "the clock of origin {} and this one are {} apart: ages are wrong by as much",
                        origin,
                        seen.shown);
            } else if (!apart && seen.apart) {
                log.info("the clock of origin {} and this one agree again", origin);
            }
            seen.apart = apart && (over || seen.apart);
        }
    }
}
