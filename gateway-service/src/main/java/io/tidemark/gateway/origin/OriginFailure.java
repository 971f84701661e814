package io.tidemark.gateway.origin;

import io.netty.handler.codec.DecoderException;
import io.netty.handler.timeout.ReadTimeoutException;
import io.tidemark.commons.origins.ConnectFailure;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquirePendingLimitException;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquireTimeoutException;

/** A call to an origin that brought no whole response. */
public final class OriginFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What went wrong; the label is the metric tag and the {@code detail} of {@code Cache-Status}. */
    public enum Reason {
        /** No connection: its name has no address. The origin has not seen the request, as in all up to the next timeout. */
        DNS(ConnectFailure.DNS.meaning()),
        /** No connection: nothing listens there. */
        REFUSED(ConnectFailure.REFUSED.meaning()),
        /** No connection: no way leads there. */
        UNREACHABLE(ConnectFailure.UNREACHABLE.meaning()),
        /** No connection: the origin's certificate has expired, or is not valid yet. */
        TLS_EXPIRED(ConnectFailure.TLS_EXPIRED.meaning()),
        /** No connection: nobody who is trusted has signed the origin's certificate. */
        TLS_UNTRUSTED(ConnectFailure.TLS_UNTRUSTED.meaning()),
        /** No connection: the origin's certificate is for other names. */
        TLS_NAME(ConnectFailure.TLS_NAME.meaning()),
        /** No connection: TLS all the same, as where the port speaks another protocol. */
        TLS(ConnectFailure.TLS.meaning()),
        /** No connection within its limit. The origin has not seen the request. */
        CONNECT_TIMEOUT(ConnectFailure.TIMEOUT.meaning()),
        /** No response head within its limit. */
        FIRST_BYTE_TIMEOUT("no response in time"),
        /** Not whole within its limit. */
        WHOLE_TIMEOUT("no whole response in time"),
        /** The connection ended before the response did. */
        BROKEN_OFF("the connection ended before the response did"),
        /** Bytes that are no HTTP response. */
        MALFORMED("what came is no HTTP response"),
        /** A response that was to be redacted and cannot be: nothing of it goes on. */
        WITHHELD("what came cannot be redacted"),
        /** Not asked: too many of the last calls failed. */
        BREAKER_OPEN("too many of the last calls failed"),
        /** Not asked: as many calls are under way as may be. */
        OVERLOADED("as many calls are under way as may be");

        private final String meaning;

        Reason(String meaning) {
            this.meaning = meaning;
        }

        /** What happened, for people: the origin's own words are in the log only. */
        public String meaning() {
            return meaning;
        }

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

        /** Whether there is no connection, and not because time ran out. */
        public boolean isConnect() {
            return this == DNS || this == REFUSED || this == UNREACHABLE || isTls();
        }

        /** Whether the origin and the gateway agreed to no TLS connection. */
        public boolean isTls() {
            return this == TLS_EXPIRED || this == TLS_UNTRUSTED || this == TLS_NAME || this == TLS;
        }

        /** Whether the same request may well succeed a moment later, and not enough time was lost to forbid trying. */
        public boolean isWorthRetry() {
            return (isConnect() && !isTls()) || this == BROKEN_OFF;
        }

        /** Whether the origin cannot have seen the request, so that any method may be sent again. */
        public boolean isUnprocessed() {
            return isConnect() || this == CONNECT_TIMEOUT || isRefusal();
        }
    }

    private final Reason reason;
    private final String detail;

    /** What a call is that failed so: with no connection, or at any moment after. */
    public static OriginFailure of(String origin, Throwable failure) {
        return failure instanceof OriginFailure known
                ? known
                : connecting(origin, failure).orElseGet(() -> sent(origin, failure));
    }

    /** The same of a call that had its connection. */
    static OriginFailure sent(String origin, Throwable failure) {
        return failure instanceof OriginFailure known
                ? known
                : new OriginFailure(reasonOfSent(failure), origin, failure);
    }

    private static Reason reasonOfSent(Throwable failure) {
        return switch (failure) {
            case PoolAcquirePendingLimitException _, PoolAcquireTimeoutException _ -> Reason.OVERLOADED;
            case ReadTimeoutException _, TimeoutException _ -> Reason.FIRST_BYTE_TIMEOUT;
            case DecoderException _, IllegalArgumentException _ -> Reason.MALFORMED;
            default -> Reason.BROKEN_OFF;
        };
    }

    /** What a call that got no connection is; empty if it is not for that that it failed. */
    public static Optional<OriginFailure> connecting(String origin, Throwable failure) {
        return ConnectFailure.of(failure).map(why -> new OriginFailure(reason(why), origin, failure));
    }

    private static Reason reason(ConnectFailure failure) {
        return switch (failure) {
            case DNS -> Reason.DNS;
            case REFUSED -> Reason.REFUSED;
            case UNREACHABLE -> Reason.UNREACHABLE;
            case TIMEOUT -> Reason.CONNECT_TIMEOUT;
            case TLS_EXPIRED -> Reason.TLS_EXPIRED;
            case TLS_UNTRUSTED -> Reason.TLS_UNTRUSTED;
            case TLS_NAME -> Reason.TLS_NAME;
            case TLS -> Reason.TLS;
        };
    }

    public OriginFailure(Reason reason, String origin, @Nullable Throwable cause) {
        this(reason, origin, cause, reason.label());
    }

    private OriginFailure(Reason reason, String origin, @Nullable Throwable cause, String detail) {
        super("origin " + origin + ": " + detail, cause, false, false);
        this.reason = reason;
        this.detail = detail;
    }

    /** A response that cannot be redacted. */
    public static OriginFailure withheld(String origin, String detail) {
        return new OriginFailure(Reason.WITHHELD, origin, null, detail);
    }

    /** The reason in one word, as exactly as it is known. */
    public String detail() {
        return detail;
    }

    public Reason reason() {
        return reason;
    }
}
