package io.tidemark.gateway.overload;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.gateway.fixtures.GatewayUnderTest;
import io.tidemark.gateway.fixtures.ScriptedOrigin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What one client may have under way, and that others do not notice. */
class ClientLimitsTest {
    private record Nothing() {}

    private static final String ONE = "127.0.0.2";
    private static final String OTHER = "127.0.0.3";

    private final ScriptedOrigin origin = new ScriptedOrigin();
    private final CountDownLatch released = new CountDownLatch(1);
    private GatewayUnderTest gateway = start();

    private GatewayUnderTest start(String... properties) {
        String[] all = new String[properties.length + 1];
        System.arraycopy(properties, 0, all, 1, properties.length);
        all[0] = "--tidemark.origin=" + origin.uri();
        return new GatewayUnderTest(Nothing.class, new Nothing(), all);
    }

    private void restart(String... properties) {
        gateway.close();
        gateway = start(properties);
    }

    @AfterEach
    void stop() {
        released.countDown();
        gateway.close();
        origin.close();
    }

    private Socket connected(String from) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(InetAddress.ofLiteral(from), 0));
        socket.setSoTimeout(30_000);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port("local.server.port")));
        return socket;
    }

    private Socket asked(String from, String text) throws IOException {
        Socket socket = connected(from);
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static String get(String path, String... lines) {
        return "GET " + path + " HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n" + String.join("", lines)
                + "\r\n";
    }

    private String answer(String from, String text) throws IOException {
        try (Socket socket = asked(from, text)) {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private static boolean answered(Socket socket) {
        try {
            return socket.getInputStream().available() > 0;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean() && System.nanoTime() < end) {
            Thread.sleep(10);
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    @Test
    void aRateCountsWhatMemoryCannotAnswerAndIsSaidInFields() throws Exception {
        restart("--tidemark.clients.rate=1", "--tidemark.clients.burst=3", "--tidemark.forwarded.trusted=127.0.0.4/32");
        origin.on("/stored", exchange -> ScriptedOrigin.send(exchange, 200, "stored", "Cache-Control", "max-age=60"));
        String again = "GET /stored HTTP/1.1\r\nHost: shop.example\r\n\r\n";
        String last = get("/stored");
        assertThat(answer(ONE, last)).startsWith("HTTP/1.1 200");
        assertThat(answer(ONE, last)).startsWith("HTTP/1.1 200");
        try (Socket socket = connected(ONE)) {
            for (int i = 0; i < 50; i++) {
                socket.getOutputStream().write(again.getBytes(StandardCharsets.US_ASCII));
                byte[] start = socket.getInputStream().readNBytes(12);
                assertThat(new String(start, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 200");
                assertThat(socket.getInputStream().read(new byte[4096])).isPositive();
            }
        }
        String answer = "";
        for (int i = 0; i < 10 && !answer.startsWith("HTTP/1.1 429"); i++) {
            answer = answer(ONE, get("/none" + i));
        }
        assertThat(answer)
                .startsWith("HTTP/1.1 429")
                .containsIgnoringCase("\r\nretry-after: 1\r\n")
                .containsIgnoringCase("\r\nratelimit-policy: \"client\";q=1;w=1\r\n")
                .containsIgnoringCase("\r\nratelimit: \"client\";r=0;t=1\r\n")
                .contains("urn:tidemark:problem:too-many-requests");
        assertThat(answer(OTHER, get("/none"))).startsWith("HTTP/1.1 404");
        for (int i = 0; i < 10; i++) {
            assertThat(answer("127.0.0.4", get("/none", "X-Forwarded-For: 192.0.2." + i + "\r\n")))
                    .startsWith("HTTP/1.1 404");
        }
    }

    @Test
    void requestsAndUploadsUnderWayAreCountedUntilTheyEnd() throws Exception {
        restart("--tidemark.clients.max-requests=3", "--tidemark.clients.max-uploads=1");
        origin.on("/hangs", exchange -> {
            try {
                released.await();
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
            ScriptedOrigin.send(exchange, 200, "at last", "Cache-Control", "no-store");
        });
        String half = "POST /hangs HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 10\r\n\r\nhalf";
        // Two at once: whichever is seen second is refused; the other stays under way.
        List<Socket> uploads = List.of(asked(ONE, half), asked(ONE, half));
        await(() -> uploads.stream().anyMatch(ClientLimitsTest::answered));
        Socket refused =
                uploads.stream().filter(ClientLimitsTest::answered).findFirst().orElseThrow();
        assertThat(new String(refused.getInputStream().readNBytes(20), StandardCharsets.US_ASCII))
                .startsWith("HTTP/1.1 429 ");
        Socket one = asked(ONE, get("/hangs"));
        Socket two = asked(ONE, get("/hangs"));
        await(() -> origin.calls("/hangs") >= 1);
        String answer = "";
        for (int i = 0; i < 100 && !answer.contains(" 429 "); i++) {
            answer = answer(ONE, get("/none" + i));
        }
        assertThat(answer).startsWith("HTTP/1.1 429").containsIgnoringCase("\r\nretry-after: 2\r\n");
        assertThat(answer(OTHER, get("/none"))).startsWith("HTTP/1.1 404");
        for (Socket upload : uploads) {
            upload.close();
        }
        one.close();
        two.close();
        released.countDown();
        await(() -> {
            try {
                return answer(ONE, get("/none")).startsWith("HTTP/1.1 404");
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        });
    }

    @Test
    void connectionsPastTheNumberAreRefusedWithAnAnswer() throws Exception {
        restart("--tidemark.listener.max-connections-per-client=2", "--tidemark.listener.max-connections=4");
        Socket one = connected(ONE);
        Socket two = connected(ONE);
        await(() -> gateway.bean(MeterRegistry.class)
                        .get("tidemark.listener.connections")
                        .gauge()
                        .value()
                == 2);
        assertThat(answer(ONE, get("/none")))
                .startsWith("HTTP/1.1 503")
                .containsIgnoringCase("\r\nretry-after: 2\r\n")
                .contains("urn:tidemark:problem:too-many-connections");
        assertThat(answer(OTHER, get("/none"))).startsWith("HTTP/1.1 404");
        one.close();
        two.close();
        await(() -> {
            try {
                return answer(ONE, get("/none")).startsWith("HTTP/1.1 404");
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        });
    }
}
