package io.tidemark.commons.origins;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Why there is no connection to an origin. The origin has not seen the request. */
public enum ConnectFailure {
    /** Its name has no address. */
    DNS("its name has no address"),
    /** Nothing listens there. */
    REFUSED("nothing listens at its address"),
    /** No way leads there. */
    UNREACHABLE("no way leads to its address"),
    /** Not within the time limit. */
    TIMEOUT("no connection in time"),
    /** The certificate has expired, or is not valid yet. */
    TLS_EXPIRED("its certificate has expired or is not valid yet"),
    /** No certificate that is trusted has signed it. */
    TLS_UNTRUSTED("its certificate is signed by nobody who is trusted"),
    /** It is for other names. */
    TLS_NAME("its certificate is for another name"),
    /** TLS all the same: another protocol on the port, no common version, a client certificate that is missing. */
    TLS("it agrees to no TLS connection");

    private static final int DEEPEST_CAUSE = 16;

    private final String meaning;

    ConnectFailure(String meaning) {
        this.meaning = meaning;
    }

    /** For metrics and problems: {@code tls-expired}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** For people; half a sentence, whose subject is the origin. */
    public String meaning() {
        return meaning;
    }

    /**
     * What of this a failed call is, empty if it is something else. An {@link SSLException} is taken for one of the handshake:
     * who knows that the request was sent does not ask.
     */
    public static Optional<ConnectFailure> of(Throwable failure) {
        ConnectFailure found = null;
        int depth = 0;
        for (Throwable cause = failure; cause != null && depth < DEEPEST_CAUSE; cause = cause.getCause()) {
            ConnectFailure here = of(cause, found);
            if (here != null) {
                found = here; // the deeper, the nearer to what happened
            }
            depth++;
        }
        return Optional.ofNullable(found);
    }

    private static @Nullable ConnectFailure of(Throwable cause, @Nullable ConnectFailure outer) {
        return switch (cause) {
            case UnknownHostException _, UnresolvedAddressException _ -> DNS;
            case HttpConnectTimeoutException _ -> TIMEOUT;
            case NoRouteToHostException _, UnsupportedAddressTypeException _ -> UNREACHABLE;
            case ConnectException timeout when isTimeout(timeout) -> TIMEOUT;
            case ConnectException unreachable when says(unreachable, "unreachable") -> UNREACHABLE;
            case ConnectException _ -> outer == null ? REFUSED : null;
            case CertificateExpiredException _, CertificateNotYetValidException _ -> TLS_EXPIRED;
            case CertPathValidatorException path
            when path.getReason() == BasicReason.EXPIRED || path.getReason() == BasicReason.NOT_YET_VALID ->
                TLS_EXPIRED;
            // The JDK has no type of its own for it; RFC 9110 §4.3.4.
            case CertificateException name
            when says(name, "subject alternative") || says(name, "no name matching") -> TLS_NAME;
            case CertificateException _, CertPathValidatorException _ -> outer == TLS_EXPIRED ? null : TLS_UNTRUSTED;
            case SSLException _ -> outer == null ? TLS : null;
            default -> null;
        };
    }

    /** Netty's own type is not on everybody's class path. */
    private static boolean isTimeout(ConnectException failure) {
        return failure.getClass().getSimpleName().equals("ConnectTimeoutException") || says(failure, "timed out");
    }

    private static boolean says(Throwable failure, String words) {
        String message = failure.getMessage();
        return message != null && message.toLowerCase(Locale.ROOT).contains(words);
    }
}
