package io.tidemark.gateway.cache;

import java.time.Duration;
import java.time.Instant;

/**
 * Status and fields of an origin's response, with the times that its age is computed from. Immutable; what each hit asks for
 * is parsed once. Times are kept as numbers: there is one head for each stored response.
 */
public final class ResponseHead {
    private final int status;
    private final Headers headers;
    private final ResponseDirectives directives;
    private final long requestSeconds;
    private final long responseSeconds;
    private final long initialAgeSeconds;
    private final int requestNanos;
    private final int responseNanos;
    private final int initialAgeNanos;

    /**
     * A head as received.
     *
     * @param headers end-to-end fields, without hop-by-hop ones
     * @param requestTime when the request was sent, by the gateway's clock
     * @param responseTime when the head was received, by the gateway's clock
     */
    public ResponseHead(int status, Headers headers, Instant requestTime, Instant responseTime) {
        this.status = status;
        this.headers = headers;
        this.directives = ResponseDirectives.of(headers);
        this.requestSeconds = requestTime.getEpochSecond();
        this.requestNanos = requestTime.getNano();
        this.responseSeconds = responseTime.getEpochSecond();
        this.responseNanos = responseTime.getNano();
        Duration initialAge =
                Age.correctedInitial(headers, HttpDate.of(headers, "Date", responseTime), requestTime, responseTime);
        this.initialAgeSeconds = initialAge.getSeconds();
        this.initialAgeNanos = initialAge.getNano();
    }

    private ResponseHead(ResponseHead other, Headers headers, ResponseDirectives directives) {
        this.status = other.status;
        this.headers = headers;
        this.directives = directives;
        this.requestSeconds = other.requestSeconds;
        this.requestNanos = other.requestNanos;
        this.responseSeconds = other.responseSeconds;
        this.responseNanos = other.responseNanos;
        this.initialAgeSeconds = other.initialAgeSeconds;
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

    public Instant requestTime() {
        return Instant.ofEpochSecond(requestSeconds, requestNanos);
    }

    public Instant responseTime() {
        return Instant.ofEpochSecond(responseSeconds, responseNanos);
    }

    /** How long the origin took: from the request's sending to the head. */
    Duration fetchTime() {
        return Duration.ofSeconds(responseSeconds - requestSeconds, responseNanos - (long) requestNanos);
    }

    /** What the origin says of caching this. */
    public ResponseDirectives directives() {
        return directives;
    }

    /** When the response was made: its Date, or when it was received (RFC 9110 §6.6.1). */
    public Instant date() {
        Instant date = HttpDate.of(headers, "Date", responseTime());
        return date == null ? responseTime() : date;
    }

    /** RFC 9111 §4.2.3: current_age. */
    public Duration age(Instant now) {
        Duration resident =
                Duration.ofSeconds(now.getEpochSecond() - responseSeconds, (long) now.getNano() - responseNanos);
        Duration initial = Duration.ofSeconds(initialAgeSeconds, initialAgeNanos);
        return resident.isNegative() ? initial : initial.plus(resident);
    }

    @Override
    public String toString() {
        return status + " " + headers;
    }
}
