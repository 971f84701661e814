package io.tidemark.gateway.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.tidemark.gateway.fixtures.BareOrigin;
import io.tidemark.gateway.fixtures.GatewayUnderTest;
import io.tidemark.local.fixtures.Certificates;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The gateway's own port with TLS: HTTP/1.1 is held to the same as without, whether the client names protocols or not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsConnectionsTest {
    private final BareOrigin origin = new BareOrigin();
    private GatewayUnderTest gateway;
    private SSLContext tls;

    @BeforeAll
    void start() throws GeneralSecurityException {
        String certificate = "file:" + Certificates.pem("good");
        gateway = new GatewayUnderTest(
                "--server.ssl.certificate=" + certificate,
                "--server.ssl.certificate-private-key=" + certificate,
                "--tidemark.listener.head-timeout=1s",
                "--tidemark.origin=" + origin.uri());
        tls = SSLContext.getInstance("TLS");
        tls.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        origin.on("/stored", exchange -> exchange.answer(200, "stored", "Cache-Control: max-age=60"));
    }

    @AfterAll
    void stop() {
        gateway.close();
        origin.close();
    }

    /** All that comes until the gateway closes the connection; {@code |} stands for CRLF. */
    private String answers(String protocol, String octets) throws IOException {
        try (Socket plain = tls.getSocketFactory().createSocket("127.0.0.1", gateway.port("local.server.port"))) {
            SSLSocket client = (SSLSocket) plain;
            client.setSoTimeout(20_000);
            if (!protocol.isEmpty()) {
                SSLParameters parameters = client.getSSLParameters();
                parameters.setApplicationProtocols(new String[] {protocol});
                client.setSSLParameters(parameters);
            }
            client.startHandshake();
            client.getOutputStream().write(octets.replace("|", "\r\n").getBytes(ISO_8859_1));
            return new String(client.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http/1.1", ""})
    void hitsAreHits(String protocol) throws IOException {
        String request = "GET /stored HTTP/1.1|Host: shop.example|Connection: close||";
        answers(protocol, request);
        assertThat(answers(protocol, request)).startsWith("HTTP/1.1 200 ").contains("X-Cache-Status: HIT");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http/1.1", ""})
    void aMalformedChunkIsNoEnd(String protocol) throws IOException {
        assertThat(answers(
                        protocol,
                        "POST /up HTTP/1.1|Host: shop.example|Transfer-Encoding: chunked||5|hello|zz|"
                                + "GET /stored HTTP/1.1|Host: shop.example||"))
                .startsWith("HTTP/1.1 400 ")
                .contains("malformed-content")
                .doesNotContain("stored");
        assertThat(origin.calls("/up")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http/1.1", ""})
    void anUnknownCodingIsTheLastRequest(String protocol) throws IOException {
        assertThat(answers(
                        protocol,
                        "POST /up HTTP/1.1|Host: shop.example|Transfer-Encoding: xchunked|Content-Length: 5||0||"
                                + "GET /stored HTTP/1.1|Host: shop.example||"))
                .startsWith("HTTP/1.1 501 ")
                .doesNotContain("200 OK");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http/1.1", ""})
    void aHeadThatDoesNotEndIsTimedOut(String protocol) throws IOException {
        assertThat(answers(protocol, "GET /stored HTTP/1.1|Host: shop.example|X:"))
                .startsWith("HTTP/1.1 408 ")
                .contains("request-head-timeout");
    }
}
