package io.tidemark.gateway.cache;

import io.tidemark.gateway.http.Headers;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Status and fields of an origin's response, with the times that its age is computed from. Immutable; what each hit asks for
 * is parsed once. Times are kept as numbers: there is one head for each stored response.
 */
public final class ResponseHead {
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    /** By less, clocks differ that are kept right. */
    private static final Duration APART = Duration.ofSeconds(-1);

    private final int status;
    private final Headers headers;
    private final ResponseDirectives directives;
    private final long responseNanos; // since 1970, until 2262
    private final long initialAgeNanos;
    private final int fetchMicros;
    private final int skewSeconds;

    /** A head as received, from an origin whose clock agrees with the gateway's. */
    public ResponseHead(int status, Headers headers, Instant requestTime, Instant responseTime) {
        this(status, headers, requestTime, responseTime, Duration.ZERO);
    }

    /**
     * A head as received.
     *
     * @param headers end-to-end fields, without hop-by-hop ones
     * @param requestTime when the request was sent, by the gateway's clock
     * @param responseTime when the head was received, by the gateway's clock
     * @param skew how far that clock is ahead of the origin's, in whole seconds; zero where they agree, or nobody knows
     */
    public ResponseHead(int status, Headers headers, Instant requestTime, Instant responseTime, Duration skew) {
        this.status = status;
        this.headers = headers;
        this.directives = ResponseDirectives.of(headers);
        this.responseNanos = nanos(Duration.between(Instant.EPOCH, responseTime));
        this.fetchMicros = Math.clamp(ChronoUnit.MICROS.between(requestTime, responseTime), 0, Integer.MAX_VALUE);
        this.skewSeconds = Math.clamp(skew.toSeconds(), Integer.MIN_VALUE, Integer.MAX_VALUE);
        this.initialAgeNanos = nanos(
                Age.correctedInitial(headers, headers.date("Date", responseTime), requestTime, responseTime, skew()));
    }

    private ResponseHead(ResponseHead other, Headers headers, ResponseDirectives directives) {
        this.status = other.status;
        this.headers = headers;
        this.directives = directives;
        this.responseNanos = other.responseNanos;
        this.fetchMicros = other.fetchMicros;
        this.skewSeconds = other.skewSeconds;
        this.initialAgeNanos = other.initialAgeNanos;
    }

    /** The same, to be kept for long: its fields packed, its directives those of all heads that have the same. */
    public ResponseHead packed() {
        return new ResponseHead(this, headers.packed(), directives.shared());
    }

    public int status() {
        return status;
    }

    public Headers headers() {
        return headers;
    }

    /** In whole microseconds before the response; at most 35 minutes before it. */
    public Instant requestTime() {
        return responseTime().minus(fetchTime());
    }

    public Instant responseTime() {
        return Instant.EPOCH.plusNanos(responseNanos);
    }

    /** How long the origin took: from the request's sending to the head. */
    Duration fetchTime() {
        return Duration.of(fetchMicros, ChronoUnit.MICROS);
    }

    /** How far the gateway's clock was known to be ahead of the origin's. */
    public Duration skew() {
        return Duration.ofSeconds(skewSeconds);
    }

    /** What the origin says of caching this. */
    public ResponseDirectives directives() {
        return directives;
    }

    /** When the response was made: its Date, or when it was received (RFC 9110 §6.6.1). */
    public Instant date() {
        Instant date = headers.date("Date", responseTime());
        return date == null ? responseTime() : date;
    }

    /**
     * RFC 9111 §4.2.3: current_age. What was received in the future, by another clock or by this one before it was set, is
     * older than anything: its age is not known.
     */
    public Duration age(Instant now) {
        Duration resident = Duration.between(responseTime(), now);
        Duration initial = Duration.ofNanos(initialAgeNanos);
        if (resident.isNegative()) {
            return resident.compareTo(APART) < 0 ? LONGEST : initial;
        }
        return initial.plus(resident);
    }

    private static long nanos(Duration duration) {
        return duration.compareTo(LONGEST) > 0 ? Long.MAX_VALUE : duration.toNanos();
    }

    @Override
    public String toString() {
        return status + " " + headers;
    }
}
