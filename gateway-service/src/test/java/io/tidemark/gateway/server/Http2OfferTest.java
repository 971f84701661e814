package io.tidemark.gateway.server;

import static io.tidemark.gateway.fixtures.ScriptedOrigin.send;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.fixtures.GatewayUnderTest;
import io.tidemark.gateway.fixtures.ScriptedOrigin;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Clients that offer to go on with HTTP/2, where that is allowed (RFC 7540 §3.2). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class Http2OfferTest {
    private final ScriptedOrigin origin = new ScriptedOrigin();
    private final GatewayUnderTest gateway =
            new GatewayUnderTest("--tidemark.origin=" + origin.uri(), "--tidemark.requests.cleartext-upgrade=true");

    @AfterAll
    void stop() {
        gateway.close();
        origin.close();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port("local.server.port") + path))
                .timeout(Duration.ofSeconds(30));
    }

    @Test
    void contentIsTakenFromAClientThatOffersHttp2WithIt() throws Exception {
        origin.on("/taken", exchange -> {
            boolean clean = exchange.getRequestHeaders().keySet().stream()
                    .noneMatch(
                            name -> name.equalsIgnoreCase("Upgrade") || name.regionMatches(true, 0, "x-http2", 0, 7));
            int length = exchange.getRequestBody().readAllBytes().length;
            send(
                    exchange,
                    200,
                    length
                            + (clean
                                    ? " clean"
                                    : " " + exchange.getRequestHeaders().keySet()));
        });
        HttpClient offering =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
        for (int length : new int[] {0, 5, 100_000}) {
            HttpRequest request = request("/taken")
                    .POST(BodyPublishers.ofByteArray(new byte[length]))
                    .build();
            assertThat(offering.send(request, BodyHandlers.ofString()).body()).isEqualTo(length + " clean");
        }
        HttpResponse<String> read = offering.send(request("/taken").build(), BodyHandlers.ofString());
        assertThat(read.body()).isEqualTo("0 clean");
        HttpClient another =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
        HttpResponse<String> upgraded = another.send(request("/taken").build(), BodyHandlers.ofString());
        assertThat(upgraded.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(upgraded.body()).isEqualTo("0 clean");
    }

    @Test
    void http2IsTakenWithTheFirstRequestOfAConnectionOnly() throws Exception {
        origin.on("/first", exchange -> send(exchange, 200, "first", "Cache-Control", "no-store"));
        String offer = """
            GET /first HTTP/1.1
            Host: shop.example
            Connection: Upgrade, HTTP2-Settings
            Upgrade: h2c
            HTTP2-Settings: AAMAAABkAAQAAP__

            """.replace("\n", "\r\n");
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port("local.server.port"))) {
            socket.getOutputStream().write(offer.getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 101");
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port("local.server.port"))) {
            String plain = "GET /first HTTP/1.1\r\nHost: shop.example\r\n\r\n";
            socket.getOutputStream().write((plain + offer).getBytes(StandardCharsets.US_ASCII));
            socket.setSoTimeout(20_000);
            StringBuilder answers = new StringBuilder();
            while (!answers.toString().matches("(?s).*\r\n\r\nfirst.*\r\n\r\n.{5}")) {
                int octet = socket.getInputStream().read();
                assertThat(octet).as("after " + answers).isNotNegative();
                answers.append((char) octet);
            }
            assertThat(answers.toString()).matches("(?s)HTTP/1.1 200.*\r\n\r\nfirstHTTP/1.1 200.*\r\n\r\nfirst");
        }
    }
}
