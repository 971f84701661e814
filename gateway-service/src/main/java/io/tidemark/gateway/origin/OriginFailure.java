package io.tidemark.gateway.origin;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A call to an origin that brought no whole response. */
public final class OriginFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What went wrong; the label is the metric tag and the {@code detail} of {@code Cache-Status}. */
    public enum Reason {
        /** No connection: refused, unreachable, unknown host, TLS. The origin has not seen the request. */
        CONNECT,
        /** No connection within its limit. The origin has not seen the request. */
        CONNECT_TIMEOUT,
        /** No response head within its limit. */
        FIRST_BYTE_TIMEOUT,
        /** Not whole within its limit. */
        WHOLE_TIMEOUT,
        /** The connection ended before the response did. */
        BROKEN_OFF,
        /** Bytes that are no HTTP response. */
        MALFORMED,
        /** Not asked: too many of the last calls failed. */
        BREAKER_OPEN,
        /** Not asked: as many calls are under way as may be. */
        OVERLOADED;

        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** Whether it was the time that ran out: a 504 rather than a 502. */
        public boolean isTimeout() {
            return this == CONNECT_TIMEOUT || this == FIRST_BYTE_TIMEOUT || this == WHOLE_TIMEOUT;
        }

        /** Whether the origin was not asked at all: a 503. */
        public boolean isRefusal() {
            return this == BREAKER_OPEN || this == OVERLOADED;
        }

        /** Whether the same request may well succeed a moment later, and not enough time was lost to forbid trying. */
        public boolean isWorthRetry() {
            return this == CONNECT || this == BROKEN_OFF;
        }

        /** Whether the origin cannot have seen the request, so that any method may be sent again. */
        public boolean isUnprocessed() {
            return this == CONNECT || this == CONNECT_TIMEOUT || isRefusal();
        }
    }

    private final Reason reason;

    public OriginFailure(Reason reason, String origin, @Nullable Throwable cause) {
        super("origin " + origin + ": " + reason.label(), cause, false, false);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
