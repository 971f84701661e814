package io.tidemark.gateway.overload;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.fixtures.GatewayUnderTest;
import io.tidemark.gateway.fixtures.ScriptedOrigin;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a gateway gives up, and in which order, when it holds much. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OverloadStagesTest {
    private static final int KB = 1024;

    private record Nothing() {}

    private final ScriptedOrigin origin = new ScriptedOrigin();
    private GatewayUnderTest gateway;

    @BeforeAll
    void start() {
        String routes = "--spring.cloud.gateway.server.webflux.routes";
        gateway = new GatewayUnderTest(
                Nothing.class,
                new Nothing(),
                "--tidemark.overload.budget=800KB",
                routes + "[0].id=writes",
                routes + "[0].uri=" + origin.uri(),
                routes + "[0].predicates[0]=Path=/writes",
                routes + "[0].filters[0]=WriteBehind=some.type",
                routes + "[1].id=all",
                routes + "[1].uri=" + origin.uri(),
                routes + "[1].predicates[0]=Path=/**",
                routes + "[1].filters[0]=EdgeCache=standard");
        for (int i = 0; i < 10; i++) {
            String body = "x".repeat(50 * KB);
            origin.on("/" + i, exchange -> ScriptedOrigin.send(exchange, 200, body, "Cache-Control", "max-age=60"));
        }
        origin.on("/v1/writes", exchange -> ScriptedOrigin.send(exchange, 202, "{}"));
    }

    @AfterAll
    void stop() {
        gateway.close();
        origin.close();
    }

    @AfterEach
    void nothingIsHeldForNobody() throws InterruptedException {
        long end = System.nanoTime() + 30_000_000_000L;
        while (gateway.bean(HeldBytes.class).held() > 0 && System.nanoTime() < end) {
            Thread.sleep(10);
        }
        assertThat(gateway.bean(HeldBytes.class).held()).isZero();
    }

    private Account holding(long bytes) {
        Account account = gateway.bean(HeldBytes.class).account(HeldFor.REQUESTS);
        account.hold(bytes);
        return account;
    }

    private String page() throws IOException {
        URI page = URI.create("http://127.0.0.1:" + gateway.port("local.management.port") + "/actuator/edge");
        try (InputStream in = page.toURL().openStream()) {
            return new String(in.readAllBytes(), US_ASCII);
        }
    }

    private Socket connected() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port("local.server.port"));
        socket.setSoTimeout(30_000);
        return socket;
    }

    private static String answer(Socket socket, String request) throws IOException {
        socket.getOutputStream().write(request.getBytes(US_ASCII));
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try {
            socket.getInputStream().transferTo(answer);
        } catch (IOException reset) {
            // content that nobody read was on its way
        }
        return answer.toString(US_ASCII);
    }

    private static String last(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n";
    }

    @Test
    void fromAHalfOnNothingIsStoredAndEverythingIsAnswered() {
        try (Account _ = holding(400 * KB)) {
            assertThat(gateway.get("/1").status()).isEqualTo("MISS");
            assertThat(gateway.get("/1").body()).hasSize(50 * KB);
            assertThat(gateway.get("/1").status()).isEqualTo("MISS");
        }
        assertThat(gateway.get("/1").status()).isEqualTo("MISS");
        assertThat(gateway.get("/1").status()).isEqualTo("HIT");
    }

    @Test
    void fromThreeQuartersOnWhatMemoryCannotAnswerIsRefusedAndHitsAreNot() throws IOException {
        gateway.get("/2");
        gateway.get("/2");
        try (Account _ = holding(600 * KB)) {
            GatewayUnderTest.Got refused = gateway.get("/3");
            assertThat(refused.code()).isEqualTo(503);
            assertThat(refused.body()).contains("urn:tidemark:problem:overloaded");
            assertThat(gateway.get("/2").status()).isEqualTo("HIT");
            assertThat(page()).contains("\"overload\":{\"stage\":\"shed-newest\"");
        }
        assertThat(gateway.get("/3").code()).isEqualTo(200);
    }

    @Test
    void fromSevenEighthsOnConnectionsAreRefused() throws IOException {
        gateway.get("/4");
        gateway.get("/4");
        try (Socket open = connected()) {
            String first = "GET /4 HTTP/1.1\r\nHost: shop.example\r\n\r\n";
            open.getOutputStream().write(first.getBytes(US_ASCII));
            assertThat(open.getInputStream().readNBytes(12)).asString(US_ASCII).isEqualTo("HTTP/1.1 200");
            try (Account _ = holding(700 * KB);
                    Socket late = connected()) {
                assertThat(answer(late, last("/4")))
                        .startsWith("HTTP/1.1 503")
                        .containsIgnoringCase("\r\nretry-after: ")
                        .contains("urn:tidemark:problem:overloaded");
                assertThat(answer(open, last("/4"))).contains("HTTP/1.1 200");
            }
        }
    }

    @Test
    void contentThatIsCollectedCountsSeveralTimes() throws IOException {
        String fields = " HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\nContent-Length: ";
        String small = "{\"text\":\"" + "x".repeat(10 * KB) + "\"}";
        String large = "{\"text\":\"" + "x".repeat(200 * KB) + "\"}";
        try (Socket one = connected();
                Socket two = connected();
                Socket three = connected()) {
            assertThat(answer(one, "POST /writes" + fields + small.length() + "\r\n\r\n" + small))
                    .startsWith("HTTP/1.1 202");
            assertThat(answer(two, "POST /writes" + fields + large.length() + "\r\n\r\n" + large))
                    .startsWith("HTTP/1.1 503")
                    .containsIgnoringCase("\r\nretry-after: 2\r\n")
                    .contains("urn:tidemark:problem:overloaded");
            assertThat(answer(three, last("/5"))).startsWith("HTTP/1.1 200");
        }
    }
}
