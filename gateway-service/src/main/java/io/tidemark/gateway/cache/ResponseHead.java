package io.tidemark.gateway.cache;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Status and fields of an origin's response, with the times that its age is computed from. Immutable; what is parsed from
 * the fields is parsed once.
 */
public final class ResponseHead {
    private final int status;
    private final Headers headers;
    private final Instant requestTime;
    private final Instant responseTime;
    private final ResponseDirectives directives;
    private final @Nullable Instant date;
    private final Duration correctedInitialAge;

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
        this.requestTime = requestTime;
        this.responseTime = responseTime;
        this.directives = ResponseDirectives.of(headers);
        this.date = HttpDate.of(headers, "Date", responseTime);
        this.correctedInitialAge = Age.correctedInitial(headers, date, requestTime, responseTime);
    }

    public int status() {
        return status;
    }

    public Headers headers() {
        return headers;
    }

    public Instant requestTime() {
        return requestTime;
    }

    public Instant responseTime() {
        return responseTime;
    }

    /** What the origin says of caching this. */
    public ResponseDirectives directives() {
        return directives;
    }

    /** When the response was made: its Date, or when it was received (RFC 9110 §6.6.1). */
    public Instant date() {
        return date == null ? responseTime : date;
    }

    /** RFC 9111 §4.2.3. */
    Duration correctedInitialAge() {
        return correctedInitialAge;
    }

    /** RFC 9111 §4.2.3: current_age. */
    public Duration age(Instant now) {
        Duration resident = Duration.between(responseTime, now);
        return resident.isNegative() ? correctedInitialAge : correctedInitialAge.plus(resident);
    }

    @Override
    public String toString() {
        return status + " " + headers;
    }
}
