package io.tidemark.gateway.origin;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.commons.http.HttpDate;
import io.tidemark.gateway.http.Headers;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the gateway's clock is from those of its origins, by the Date of their responses: {@code tidemark.clock.skew}, in
 * seconds, positive where the gateway is ahead, and one line when it is more than {@link #LIMIT}. Such a difference is no age:
 * RFC 9111 §4.2.3 compares Dates only where clocks are reasonably synchronized. Thread-safe.
 *
 * <p>A Date may be old, and by a second less than exact: of each minute the least difference counts, and of an origin one
 * response a second is looked at, if it has no Age. A difference is known once {@value #ENOUGH} responses in a minute had none
 * that was less; one that has less is enough to forget it.
 */
final class ClockSkew {
    /** By less, clocks differ that are kept right. */
    static final Duration LIMIT = Duration.ofSeconds(5);

    private static final int ENOUGH = 5;

    private static final Logger log = LoggerFactory.getLogger(ClockSkew.class);
    private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();

    private final MeterRegistry metrics;
    private final Map<String, Seen> origins = new ConcurrentHashMap<>(); // those of the routes

    ClockSkew(MeterRegistry metrics) {
        this.metrics = metrics;
        Gauge.builder("tidemark.clock.skew.worst", origins, ClockSkew::worst)
                .description("How far the gateway's clock is from that of the origin whose is the furthest away")
                .baseUnit("seconds")
                .register(metrics);
    }

    private static double worst(Map<String, Seen> origins) {
        return origins.values().stream()
                .mapToDouble(seen -> seen.shown.abs().toMillis() / 1e3)
                .max()
                .orElse(0);
    }

    /** Of one origin; all but the last look is guarded by this. */
    private static final class Seen {
        private volatile long lookedAt;
        private long minuteAt;
        private int looks;
        private volatile Duration known = Duration.ZERO;
        private Duration least;
        private volatile Duration shown;
        private boolean apart;
        private boolean settled; // enough was seen once

        Seen(Duration skew, long nanoTime) {
            this.lookedAt = nanoTime - SECOND_NANOS;
            this.minuteAt = nanoTime;
            this.least = skew;
            this.shown = skew;
        }
    }

    /**
     * A response came. Nearly always it is only looked whether to look at it.
     *
     * @return how far the gateway is known to be ahead, in whole seconds; zero: not by more than clocks that are kept right
     */
    Duration responded(String origin, Headers headers, Instant now, long nanoTime) {
        Seen seen = origins.get(origin);
        if (seen != null && nanoTime - seen.lookedAt < SECOND_NANOS) {
            return seen.known;
        }
        String field = headers.has("Age") ? null : headers.first("Date");
        Instant date = field == null ? null : HttpDate.parse(field, now);
        if (date == null) {
            return seen == null ? Duration.ZERO : seen.known;
        }
        Duration skew = apart(date, now);
        Seen looked = origins.computeIfAbsent(origin, name -> registered(name, skew, nanoTime));
        looked(origin, looked, skew, nanoTime);
        return looked.known;
    }

    /** The gateway's clock was set. */
    void stepped(Duration step) {
        origins.values().forEach(seen -> {
            synchronized (seen) {
                seen.least = seen.least.plus(step);
                seen.shown = seen.shown.plus(step);
                if (!seen.known.isZero()) {
                    seen.known = beyondLimit(seen.known.plus(step));
                } else if (seen.settled) {
                    seen.known = beyondLimit(seen.shown);
                }
            }
        });
    }

    private static Duration beyondLimit(Duration skew) {
        return skew.abs().compareTo(LIMIT) > 0 ? skew.truncatedTo(ChronoUnit.SECONDS) : Duration.ZERO;
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
            boolean enough = seen.looks >= ENOUGH;
            if (over) {
                seen.shown = seen.least;
                seen.minuteAt = nanoTime;
                seen.known = enough ? beyondLimit(seen.least) : seen.known;
                seen.looks = 0;
            }
            seen.looks++;
            seen.least = over || skew.abs().compareTo(seen.least.abs()) < 0 ? skew : seen.least;
            if (seen.least.abs().compareTo(seen.shown.abs()) < 0) {
                seen.shown = seen.least;
            }
            boolean first = seen.looks >= ENOUGH && !seen.settled; // no need to wait for the first minute's end
            if (first || seen.least.abs().compareTo(seen.known.abs()) < 0) {
                seen.known = beyondLimit(seen.least);
            }
            seen.settled |= first;
            say(origin, seen, over || first);
        }
    }

    private static void say(String origin, Seen seen, boolean mayBegin) {
        boolean apart = seen.shown.abs().compareTo(LIMIT) > 0;
        if (mayBegin && apart && !seen.apart) {
            log.warn("the clock of origin {} and this one are {} apart: keep them right (NTP).", origin, seen.shown);
        } else if (!apart && seen.apart) {
            log.info("the clock of origin {} and this one agree again", origin);
        }
        seen.apart = apart && (mayBegin || seen.apart);
    }
}
