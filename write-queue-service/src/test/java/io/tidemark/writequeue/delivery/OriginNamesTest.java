package io.tidemark.writequeue.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidemark.local.backends.NameServer;
import io.tidemark.writequeue.types.WriteTypesProperties;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;

/** Origins whose names lead elsewhere, or to several addresses. No connection reaches its longest life. */
class OriginNamesTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String FIRST = "127.0.0.1";
    private static final String SECOND = "127.0.0.2";

    private final NameServer names = new NameServer();
    private HttpServer first;
    private HttpServer second;
    private OriginHttpClients clients;
    private OriginHttp http;
    private String url;

    private static HttpServer listening(String address, int port) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(address, port), 0);
        server.createContext("/", exchange -> {
            byte[] body = address.getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        return server;
    }

    @BeforeEach
    void start() throws IOException {
        first = listening(FIRST, 0);
        int port = first.getAddress().getPort();
        try {
            second = listening(SECOND, port);
        } catch (BindException one) {
            Assumptions.abort("this machine's loopback has one address");
        }
        url = "http://origin.test:" + port;
        clients = new OriginHttpClients(
                OriginsUnderTest.connections(null, names.address()),
                new DefaultSslBundleRegistry(),
                new SimpleMeterRegistry());
        http = clients.of(
                new WriteTypesProperties.Origin(URI.create(url), Duration.ofSeconds(20), Duration.ofSeconds(20), 1));
    }

    @AfterEach
    void stop() {
        first.stop(0);
        second.stop(0);
        http.close();
        clients.close();
        names.close();
    }

    @Test
    void aNameThatLeadsElsewhereIsFollowedThoughTheConnectionIsKept() throws Exception {
        names.lead("origin.test", 1, FIRST);
        assertThat(OriginsUnderTest.get(http, url)).isEqualTo(FIRST);
        assertThat(OriginsUnderTest.get(http, url)).isEqualTo(FIRST);
        names.lead("origin.test", 1, SECOND);
        await().atMost(SOON).until(() -> OriginsUnderTest.get(http, url).equals(SECOND));
    }

    @Test
    void ofSeveralAddressesOneThatRefusesCostsNoAttempt() throws Exception {
        first.stop(0);
        names.lead("origin.test", 1, FIRST, SECOND);
        for (int i = 0; i < 10; i++) {
            assertThat(OriginsUnderTest.get(http, url)).isEqualTo(SECOND);
        }
    }
}
