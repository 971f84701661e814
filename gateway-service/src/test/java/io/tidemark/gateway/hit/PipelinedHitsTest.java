package io.tidemark.gateway.hit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.gateway.fixtures.GatewayUnderTest;
import io.tidemark.gateway.fixtures.ScriptedOrigin;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/** Clients that ask for much on one connection before they read: they get every answer whole, in order, up to a number. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PipelinedHitsTest {
    private static final int LARGE = 1_500_000;

    private record Nothing() {}

    private record Received(int status, Map<String, String> fields, String body) {}

    private final ScriptedOrigin origin = new ScriptedOrigin();
    private GatewayUnderTest gateway;

    @BeforeAll
    void start() {
        gateway = new GatewayUnderTest(
                Nothing.class,
                new Nothing(),
                "--tidemark.origin=" + origin.uri(),
                "--tidemark.listener.write-timeout=2s",
                "--tidemark.listener.head-timeout=1s",
                "--tidemark.listener.max-pipelined=40");
        origin.on("/large", exchange -> ScriptedOrigin.send(exchange, 200, large(), "Cache-Control", "max-age=600"));
        origin.on("/small", exchange -> ScriptedOrigin.send(exchange, 200, "small", "Cache-Control", "max-age=600"));
        origin.on("/miss", exchange -> ScriptedOrigin.send(exchange, 200, "miss", "Cache-Control", "no-store"));
        for (String path : new String[] {"/large", "/small"}) {
            gateway.get(path);
            gateway.get(path);
        }
    }

    @AfterAll
    void stop() {
        gateway.close();
        origin.close();
    }

    private static String large() {
        StringBuilder text = new StringBuilder(LARGE);
        for (int i = 0; text.length() < LARGE; i++) {
            text.append(i).append('\n');
        }
        return text.substring(0, LARGE);
    }

    private Socket connected() throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.setSoTimeout(30_000);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port("local.server.port")));
        return socket;
    }

    private static void ask(Socket socket, String... paths) throws IOException {
        StringBuilder requests = new StringBuilder();
        for (String path : paths) {
            requests.append("GET ").append(path).append(" HTTP/1.1\r\nHost: shop.example\r\n\r\n");
        }
        socket.getOutputStream().write(requests.toString().getBytes(US_ASCII));
    }

    /** An answer, or null at the connection's end; one that is not whole fails. */
    private static @Nullable Received read(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                assertThat(head).as("a head that is cut").isEmpty();
                return null;
            }
            head.append((char) next);
        }
        String[] lines = head.toString().split("\r\n", -1);
        Map<String, String> fields = new TreeMap<>();
        for (int i = 1; i < lines.length - 2; i++) {
            String[] field = lines[i].split(": ", 2);
            fields.put(field[0].toLowerCase(Locale.ROOT), field[1]);
        }
        int length = Integer.parseInt(fields.getOrDefault("content-length", "0"));
        byte[] body = in.readNBytes(length);
        assertThat(body).as("a body that is cut").hasSize(length);
        return new Received(Integer.parseInt(lines[0].split(" ", 3)[1]), fields, new String(body, ISO_8859_1));
    }

    private static Received answer(InputStream in) throws IOException {
        return Objects.requireNonNull(read(in), "the connection has ended");
    }

    private static String[] many(String path, int number) {
        String[] paths = new String[number];
        Arrays.fill(paths, path);
        return paths;
    }

    @Test
    void whoReadsLaterGetsAllAnswersWholeAndInOrder() throws IOException {
        try (Socket socket = connected()) {
            String[] paths = many("/large", 20);
            paths[3] = "/miss";
            paths[4] = "/small";
            paths[11] = "/miss";
            paths[19] = "/small";
            ask(socket, paths);
            ask(socket, many("/small", 20));
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (int i = 0; i < 40; i++) {
                String path = i < 20 ? paths[i] : "/small";
                Received answer = answer(in);
                assertThat(answer.body)
                        .as("%d, %s", i, path)
                        .isEqualTo(path.equals("/large") ? large() : path.substring(1));
            }
            ask(socket, "/small");
            assertThat(answer(in).body).as("one more").isEqualTo("small");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/large", "/large?miss"})
    void manyStreamsOfOneConnectionGetTheirAnswersWhole(String target) {
        HttpClient client = HttpClient.create(ConnectionProvider.create("one", 1))
                .protocol(HttpProtocol.H2C)
                .headers(head -> head.set("Host", "shop.example"));
        List<String> bodies = Flux.range(0, 20)
                .flatMap(
                        i -> client.get()
                                .uri("http://127.0.0.1:" + gateway.port("local.server.port") + target
                                        + (target.contains("?") ? i : ""))
                                .responseSingle((_, body) -> body.asString(ISO_8859_1)),
                        20)
                .collectList()
                .block(Duration.ofMinutes(1));
        assertThat(bodies).hasSize(20).allMatch(large()::equals);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/small", "/miss"})
    void requestsPastTheNumberAreRefusedAfterTheOthersAreAnswered(String last) throws IOException {
        try (Socket socket = connected()) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            String padded =
                    "GET /small HTTP/1.1\r\nHost: shop.example\r\nX-Padding: " + "x".repeat(40_000) + "\r\n\r\n";
            for (int i = 0; i < 10; i++) { // the server learns to read much at once
                socket.getOutputStream().write(padded.getBytes(US_ASCII));
                answer(in);
            }
            String[] paths = many("/small", 401);
            paths[0] = "/large";
            paths[40] = last;
            ask(socket, paths);
            int answers = 0;
            Received answer = answer(in);
            while (answer.status == 200) {
                answers++;
                answer = answer(in);
            }
            assertThat(answer.status).isEqualTo(503);
            assertThat(answer.fields).containsKey("retry-after").containsEntry("connection", "close");
            assertThat(answer.body).contains("too-many-pipelined");
            assertThat(read(in)).isNull();
            assertThat(answers).isGreaterThanOrEqualTo(40);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/large", "/longer"})
    void whoReadsNothingLosesTheConnectionAndSeesThatTheAnswerIsNotWhole(String path) throws Exception {
        origin.on("/longer", exchange -> {
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            exchange.sendResponseHeaders(200, 0);
            byte[] part = new byte[64 * 1024];
            for (int i = 0; i < 1000; i++) {
                exchange.getResponseBody().write(part);
            }
        });
        try (Socket socket = connected()) {
            ask(socket, many(path, 10));
            socket.setSoTimeout(100);
            long end = System.nanoTime() + 30_000_000_000L;
            double before = unread();
            while (unread() == before && System.nanoTime() < end) {
                Thread.sleep(50);
            }
            assertThat(unread()).isGreaterThan(before);
        }
    }

    private double unread() {
        return gateway.bean(MeterRegistry.class)
                .get("tidemark.clients.unread")
                .counter()
                .count();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /small HTTP/1.1\r\nHost: shop.exam",
                "GET /small HTTP/1.1\r\nHost: shop.example\r\n",
                "G",
                "GET /small HTTP/1.1\r\nHost: shop.example\r\n\r\nGET /small HT",
            })
    void aHeadThatDoesNotComeWholeIsAnswered408(String part) throws IOException {
        try (Socket socket = connected()) {
            socket.getOutputStream().write(part.getBytes(US_ASCII));
            InputStream in = new BufferedInputStream(socket.getInputStream());
            Received answer = answer(in);
            if (answer.status == 200) {
                answer = answer(in);
            }
            assertThat(answer.status).isEqualTo(408);
            assertThat(answer.body).contains("request-head-timeout");
            assertThat(read(in)).isNull();
        }
    }

    @Test
    void timeBetweenRequestsAndTimeForContentIsNoTimeOfAHead() throws Exception {
        try (Socket socket = connected()) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (int i = 0; i < 2; i++) {
                ask(socket, "/small");
                assertThat(answer(in).status).isEqualTo(200);
                Thread.sleep(1500);
            }
            socket.getOutputStream()
                    .write("POST /miss HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 4\r\n\r\nab"
                            .getBytes(US_ASCII));
            Thread.sleep(1500);
            socket.getOutputStream().write("cd".getBytes(US_ASCII));
            assertThat(answer(in).status).isEqualTo(200);
            Thread.sleep(1500);
            ask(socket, "/small");
            assertThat(answer(in).body).isEqualTo("small");
        }
    }
}
