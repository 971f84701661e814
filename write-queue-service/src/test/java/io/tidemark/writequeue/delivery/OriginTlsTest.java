package io.tidemark.writequeue.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidemark.commons.origins.ConnectFailure;
import io.tidemark.writequeue.delivery.AttemptOutcome.Unanswered;
import io.tidemark.writequeue.delivery.AttemptOutcome.Unsent;
import io.tidemark.writequeue.types.WriteTypesProperties;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.Http2;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.WebServer;

/** Origins behind TLS. */
class OriginTlsTest {
    private static SslBundle bundle(String key, String trusted) {
        String own = "classpath:tls/" + key + ".pem";
        return SslBundle.of(new PemSslStoreBundle(
                PemSslStoreDetails.forCertificate(own).withPrivateKey(own),
                PemSslStoreDetails.forCertificate("classpath:tls/" + trusted + ".pem")));
    }

    private static WebServer origin(String certificate) {
        DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry("server", bundle(certificate, "ca"));
        TomcatServletWebServerFactory factory = new TomcatServletWebServerFactory(0);
        Http2 http2 = new Http2();
        http2.setEnabled(true);
        factory.setHttp2(http2);
        factory.setSslBundles(bundles);
        Ssl ssl = Ssl.forBundle("server");
        ssl.setClientAuth(Ssl.ClientAuth.NEED);
        factory.setSsl(ssl);
        WebServer server = factory.getWebServer(context -> {
            var servlet = context.addServlet("any", new HttpServlet() {
                private static final long serialVersionUID = 1L;

                @Override
                protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
                    response.getWriter().write(request.getProtocol());
                }
            });
            servlet.addMapping("/");
        });
        server.start();
        return server;
    }

    private static OriginHttp http(DefaultSslBundleRegistry bundles, String url) {
        return new OriginHttpClients(OriginsUnderTest.connections("origins"), bundles, new SimpleMeterRegistry())
                .of(new WriteTypesProperties.Origin(
                        URI.create(url), Duration.ofSeconds(20), Duration.ofSeconds(20), 1));
    }

    @Test
    void theBundleSaysWhomToTrustAndWhoOneIsAndTlsAgreesToHttp2() throws Exception {
        WebServer origin = origin("good");
        String url = "https://localhost:" + origin.getPort() + '/';
        DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry("origins", bundle("client", "stranger"));
        try (OriginHttp http = http(bundles, url)) {
            assertThat(failure(http, url))
                    .isInstanceOfSatisfying(
                            Unsent.class, unsent -> assertThat(unsent.why()).isEqualTo(ConnectFailure.TLS_UNTRUSTED));
            bundles.updateBundle("origins", bundle("client", "ca"));
            assertThat(OriginsUnderTest.get(http, url)).isEqualTo("HTTP/2.0");
            assertThat(OriginsUnderTest.get(http.unpooled(), url)).isEqualTo("HTTP/2.0");
        } finally {
            origin.stop();
        }
    }

    private static AttemptOutcome failure(OriginHttp http, String url) throws Exception {
        try {
            return new Unanswered("it answered " + OriginsUnderTest.get(http, url));
        } catch (ExecutionException failed) {
            return Origin.failed(Objects.requireNonNull(failed.getCause()), false);
        }
    }

    @ParameterizedTest
    @CsvSource({"expired, TLS_EXPIRED", "stranger, TLS_UNTRUSTED", "misnamed, TLS_NAME"})
    void whatIsWrongWithACertificateIsSaidAndNothingWasSent(String certificate, ConnectFailure why) throws Exception {
        WebServer origin = origin(certificate);
        String url = "https://localhost:" + origin.getPort() + '/';
        try (OriginHttp http = http(new DefaultSslBundleRegistry("origins", bundle("client", "ca")), url)) {
            assertThat(failure(http, url)).isInstanceOfSatisfying(Unsent.class, unsent -> {
                assertThat(unsent.why()).isEqualTo(why);
                assertThat(unsent.text()).contains(why.label());
                assertThat(unsent.mayHaveTakenEffect()).isFalse();
            });
        } finally {
            origin.stop();
        }
    }

    @Test
    void nobodyListensOrThePortSpeaksAnotherProtocol() throws Exception {
        DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry("origins", bundle("client", "ca"));
        try (ServerSocket plain = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            String url = "https://localhost:" + plain.getLocalPort() + '/';
            Thread.ofVirtual().start(() -> {
                try (var socket = plain.accept()) {
                    socket.getInputStream().read();
                    socket.getOutputStream()
                            .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    socket.getInputStream().skip(10_000);
                } catch (IOException gone) {
                    Thread.currentThread().interrupt();
                }
            });
            try (OriginHttp http = http(bundles, url)) {
                assertThat(failure(http, url))
                        .isInstanceOfSatisfying(
                                Unsent.class, unsent -> assertThat(unsent.why()).isEqualTo(ConnectFailure.TLS));
                plain.close();
                assertThat(failure(http, url))
                        .isInstanceOfSatisfying(
                                Unsent.class, unsent -> assertThat(unsent.why()).isEqualTo(ConnectFailure.REFUSED));
            }
        }
    }
}
