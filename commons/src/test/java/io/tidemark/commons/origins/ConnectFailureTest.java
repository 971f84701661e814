package io.tidemark.commons.origins;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

/** The shapes in which the JDK and Netty say that there is no connection. */
class ConnectFailureTest {
    private static Throwable caused(Throwable failure, Throwable... causes) {
        Throwable outer = failure;
        for (Throwable cause : causes) {
            outer.initCause(cause);
            outer = cause;
        }
        return failure;
    }

    @Test
    void aNameWithoutAddress() {
        assertThat(ConnectFailure.of(new UnknownHostException("shop.example"))).hasValue(ConnectFailure.DNS);
        assertThat(ConnectFailure.of(
                        caused(new ConnectException(), new ConnectException(), new UnresolvedAddressException())))
                .hasValue(ConnectFailure.DNS);
    }

    @Test
    void nobodyListens() {
        assertThat(ConnectFailure.of(caused(new ConnectException(), new ClosedChannelException())))
                .hasValue(ConnectFailure.REFUSED);
        assertThat(ConnectFailure.of(caused(
                        new ConnectException("finishConnect(..) failed: Connection refused"),
                        new ConnectException("Connection refused"))))
                .hasValue(ConnectFailure.REFUSED);
    }

    @Test
    void noWayLeadsThere() {
        assertThat(ConnectFailure.of(new NoRouteToHostException("No route to host")))
                .hasValue(ConnectFailure.UNREACHABLE);
        assertThat(ConnectFailure.of(new ConnectException("connect(..) failed: Network is unreachable")))
                .hasValue(ConnectFailure.UNREACHABLE);
    }

    @Test
    void notInTime() {
        assertThat(ConnectFailure.of(caused(
                        new HttpConnectTimeoutException("HTTP connect timed out"),
                        new ConnectException("HTTP connect timed out"))))
                .hasValue(ConnectFailure.TIMEOUT);
    }

    @Test
    void whatIsWrongWithACertificate() {
        assertThat(ConnectFailure.of(caused(
                        new SSLHandshakeException("PKIX path validation failed"),
                        new CertificateException("PKIX path validation failed"),
                        new CertPathValidatorException("validity check failed", null, null, -1, BasicReason.EXPIRED))))
                .hasValue(ConnectFailure.TLS_EXPIRED);
        assertThat(ConnectFailure.of(caused(
                        new SSLHandshakeException("PKIX path validation failed"),
                        new CertificateException("PKIX path validation failed"),
                        new CertPathValidatorException(
                                "validity check failed", new CertificateExpiredException("NotAfter: ...")))))
                .hasValue(ConnectFailure.TLS_EXPIRED);
        assertThat(ConnectFailure.of(caused(
                        new SSLHandshakeException("PKIX path building failed"),
                        new CertificateException("PKIX path building failed"),
                        new CertPathBuilderException("unable to find valid certification path"))))
                .hasValue(ConnectFailure.TLS_UNTRUSTED);
        assertThat(ConnectFailure.of(caused(
                        new SSLHandshakeException("No name matching"),
                        new CertificateException("No name matching shop.example found"))))
                .hasValue(ConnectFailure.TLS_NAME);
        assertThat(ConnectFailure.of(caused(
                        new SSLHandshakeException("No subject"),
                        new CertificateException("No subject alternative names matching IP address 127.0.0.1 found"))))
                .hasValue(ConnectFailure.TLS_NAME);
        assertThat(ConnectFailure.of(new SSLException("Unsupported or unrecognized SSL message")))
                .hasValue(ConnectFailure.TLS);
    }

    @Test
    void anythingElseIsNone() {
        assertThat(ConnectFailure.of(new IOException("Connection reset"))).isEmpty();
        assertThat(ConnectFailure.of(new IllegalStateException())).isEmpty();
    }
}
