package io.tidemark.invalidation;

import static io.tidemark.invalidation.GuardedService.TAG;
import static io.tidemark.invalidation.Requests.assertProblem;
import static io.tidemark.invalidation.Requests.eventually;
import static io.tidemark.invalidation.Requests.uri;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/** Requests that would be too much, or that nobody signed. */
class HarmfulRequestsTest {
    private final GuardedService service = GuardedService.get();

    @Test
    void aPurgeThatTheLogDoesNotTakeIsToldWhatFits() throws Exception {
        String tag = "{\"tag\":\"" + "t".repeat(1034) + "%03d\"}";
        String body = IntStream.range(0, 1000)
                .mapToObj(tag::formatted)
                .collect(Collectors.joining(",", "{\"targets\":[", "]}"));
        assertThat(body.length()).isBetween((1 << 20) - 2000, 1 << 20);
        HttpResponse<String> refused = service.post("/v1/sources/shop/purges", body);
        assertProblem(refused, 413, "purge-too-large", "at most");
        assertThat(refused.headers().firstValue("Retry-After")).isEmpty();
    }

    @Test
    void whoCannotWaitAnyMoreIsAnsweredAtOnce() throws Exception {
        HttpResponse<String> response = service.post("/v1/sources/shop/purges", TAG, "Prefer", "wait=30");
        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(response.headers().firstValue("Preference-Applied")).isEmpty();
    }

    @Test
    void patternsOfASourceAreCounted() throws Exception {
        String two = "{\"targets\":[{\"pattern\":\"/a/*\"},{\"pattern\":\"/b/*\"}]}";
        assertThat(service.post("/v1/sources/shop/purges", two).statusCode()).isEqualTo(202);
        assertProblem(service.post("/v1/sources/shop/purges", two), 429, "rate-limited", "patterns an hour");
        String four = IntStream.range(0, 4)
                .mapToObj(i -> "{\"pattern\":\"/" + i + "/*\"}")
                .collect(Collectors.joining(",", "{\"targets\":[", "]}"));
        assertProblem(service.post("/v1/sources/shop/purges", four), 400, "too-many-patterns", "4 patterns");
    }

    @Test
    void bodiesThatNeverEndTakeNoMoreMemoryThanTheyMayAndNoMoreTimeAndNoneFromOtherSources() throws Exception {
        byte[] part = new byte[(1 << 20) - 1];
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < 24; i++) {
                Socket socket = new Socket(
                        InetAddress.getLoopbackAddress(),
                        uri(service.context, "/").getPort());
                socket.setSoTimeout(60_000);
                sockets.add(socket);
                Thread.startVirtualThread(() -> send(socket, part));
            }
            eventually("they have what they may", () -> bodyBytes() >= 5 << 20);
            assertProblem(service.post("/v1/sources/other/purges", "x".repeat(800_000)), 400, "malformed-json", "");
            List<String> answers = new ArrayList<>();
            for (Socket socket : sockets) {
                answers.add(new String(socket.getInputStream().readNBytes(12), ISO_8859_1));
                assertThat(bodyBytes()).isLessThanOrEqualTo(8 << 20); // half of all, one source alone
            }
            assertThat(answers).allMatch(answer -> answer.equals("HTTP/1.1 503") || answer.equals("HTTP/1.1 408"));
            assertThat(answers).contains("HTTP/1.1 503", "HTTP/1.1 408");
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
        eventually("all of it is given back", () -> bodyBytes() == 0);
        assertThat(service.post("/v1/sources/shop/purges", TAG).statusCode()).isEqualTo(202);
    }

    /** Headers that look signed, and all of the body but its end. */
    private static void send(Socket socket, byte[] part) {
        try {
            OutputStream out = socket.getOutputStream();
            out.write(("POST /v1/sources/shop/purges HTTP/1.1\r\nHost: x\r\nwebhook-id: x\r\nwebhook-timestamp: "
                            + Instant.now().getEpochSecond() + "\r\nwebhook-signature: v1,AAAA\r\nContent-Length: "
                            + (part.length + 1) + "\r\n\r\n")
                    .getBytes(ISO_8859_1));
            out.write(part);
            out.flush();
        } catch (IOException refusedMeanwhile) {
            // its answer says so
        }
    }

    private double bodyBytes() {
        return service.context
                .getBean(MeterRegistry.class)
                .get("tidemark.webhooks.body.bytes")
                .gauge()
                .value();
    }

    @Test
    void itIsLiveWhileTheThreadsThatTakeConnectionsLive() {
        assertThat(service.context.getBean("acceptors", HealthIndicator.class).health())
                .satisfies(health -> {
                    assertThat(health.getStatus()).isEqualTo(Status.UP);
                    assertThat((Integer) health.getDetails().get("watched")).isGreaterThanOrEqualTo(2);
                });
    }

    @Test
    void anUnsignedRequestIsRefusedBeforeItsBodyIsRead() throws Exception {
        try (Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), uri(service.context, "/").getPort())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream()
                    .write("POST /v1/sources/shop/purges HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n"
                            .getBytes(UTF_8));
            long start = System.nanoTime();
            assertThat(new String(socket.getInputStream().readNBytes(12), ISO_8859_1))
                    .isEqualTo("HTTP/1.1 401");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(2900));
        }
    }
}
