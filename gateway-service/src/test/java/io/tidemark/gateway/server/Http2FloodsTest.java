package io.tidemark.gateway.server;

import static io.tidemark.gateway.fixtures.Http2Frames.CONTINUATION;
import static io.tidemark.gateway.fixtures.Http2Frames.DATA;
import static io.tidemark.gateway.fixtures.Http2Frames.END_HEADERS;
import static io.tidemark.gateway.fixtures.Http2Frames.END_STREAM;
import static io.tidemark.gateway.fixtures.Http2Frames.HEADERS;
import static io.tidemark.gateway.fixtures.Http2Frames.PING;
import static io.tidemark.gateway.fixtures.Http2Frames.PRIORITY;
import static io.tidemark.gateway.fixtures.Http2Frames.SETTINGS;
import static io.tidemark.gateway.fixtures.Http2Frames.WINDOW_UPDATE;
import static io.tidemark.gateway.fixtures.Http2Frames.frame;
import static io.tidemark.gateway.fixtures.Http2Frames.head;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.tidemark.gateway.fixtures.BareOrigin;
import io.tidemark.gateway.fixtures.GatewayUnderTest;
import io.tidemark.gateway.fixtures.Http2Frames;
import io.tidemark.gateway.overload.HeldBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Frames that cost their sender nothing, many thousands of them: the connection ends, or its frames do no harm to others. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class Http2FloodsTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final long LASTS_NANOS = 1_000_000_000;
    private static final int AT_ONCE = 1000;

    /** The most that one connection may cause while its flood lasts: streams at a time, and what was given up before it ended. */
    private static final int MOST_CALLS = 1000;

    private static final Logger ROOT = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

    private final ListAppender<ILoggingEvent> said = new ListAppender<>();
    private final BareOrigin origin = new BareOrigin();
    private GatewayUnderTest gateway;
    private int port;

    /**
     * What is sent again and again.
     *
     * @param ends whether the gateway must end the connection
     */
    record Flood(String name, boolean ends, Supplier<byte[]> beginning, IntFunction<byte[]> frames) {
        @Override
        public String toString() {
            return name;
        }

        /** A request with content to come. */
        private static byte[] opened() {
            return frame(HEADERS, END_HEADERS, 1, head("POST", "/flood"));
        }

        private static byte[] half() {
            return frame(HEADERS, 0, 1, head("GET", "/flood"));
        }

        private static byte[] get(int stream) {
            return frame(HEADERS, END_HEADERS | END_STREAM, stream, head("GET", "/flood"));
        }

        /** A field of 4,000 octets that the table keeps, and 16,000 octets that each stand for it (RFC 7541 §7.3). */
        private static byte[] bomb(int i) {
            ByteArrayOutputStream fields = new ByteArrayOutputStream();
            fields.writeBytes(head("GET", "/flood"));
            fields.writeBytes(new byte[] {0x40, 1, 'x', 0x7F, (byte) 0xA1, 0x1E}); // 127 + 33 + 30 * 128 = 4,000
            fields.writeBytes("y".repeat(4000).getBytes(ISO_8859_1));
            for (int copies = 0; copies < 12_000; copies++) {
                fields.write(0xBE);
            }
            return frame(HEADERS, END_HEADERS | END_STREAM, 2 * i + 3, fields.toByteArray());
        }

        private static byte[] both(byte[] one, byte[] other) {
            ByteArrayOutputStream both = new ByteArrayOutputStream();
            both.writeBytes(one);
            both.writeBytes(other);
            return both.toByteArray();
        }

        private byte[] many(int from) {
            ByteArrayOutputStream many = new ByteArrayOutputStream();
            for (int i = 0; i < AT_ONCE && many.size() < 1 << 20; i++) {
                many.writeBytes(frames.apply(from + i));
            }
            return many.toByteArray();
        }
    }

    private static Stream<Flood> floods() {
        return Stream.of(
                new Flood(
                        "rapid resets",
                        true,
                        Flood::opened,
                        i -> Flood.both(Flood.get(2 * i + 3), Http2Frames.reset(2 * i + 3))),
                new Flood("continuations", true, Flood::half, _ -> frame(CONTINUATION, 0, 1, new byte[16_000])),
                new Flood("empty continuations", true, Flood::half, _ -> frame(CONTINUATION, 0, 1, new byte[0])),
                new Flood("empty data", true, Flood::opened, _ -> frame(DATA, 0, 1, new byte[0])),
                new Flood("bombs by the table", false, Flood::opened, Flood::bomb),
                new Flood("settings", false, Flood::opened, _ -> frame(SETTINGS, 0, 0, new byte[0])),
                new Flood("pings", false, Flood::opened, _ -> frame(PING, 0, 0, new byte[8])),
                new Flood("priorities", false, Flood::opened, i -> frame(PRIORITY, 0, 2 * i + 3, new byte[5])),
                new Flood(
                        "window updates",
                        false,
                        Flood::opened,
                        _ -> frame(WINDOW_UPDATE, 0, 1, new byte[] {0, 0, 0, 1})),
                new Flood(
                        "windows that change",
                        false,
                        Flood::opened,
                        i -> frame(SETTINGS, 0, 0, new byte[] {0, 4, 0, 0, (byte) (i % 2), 0})),
                new Flood("unknown frames", false, Flood::opened, _ -> frame(77, 0, 0, new byte[100])));
    }

    @BeforeAll
    void start() {
        gateway = new GatewayUnderTest("--tidemark.drain=0s", "--tidemark.origin=" + origin.uri());
        port = gateway.port("local.server.port");
        said.start();
        ROOT.addAppender(said);
        origin.on("/flood", exchange -> exchange.answer(200, "flood", "Cache-Control: no-store"));
        origin.on("/well", exchange -> exchange.answer(200, "well", "Cache-Control: no-store"));
    }

    /** Any client could fill the log. */
    @AfterEach
    void theLogSaysNothingOfIt() {
        assertThat(List.copyOf(said.list)) // others may still say something
                .filteredOn(line -> line.getLevel().isGreaterOrEqual(Level.WARN))
                .isEmpty();
    }

    @AfterAll
    void stop() {
        ROOT.detachAppender(said);
        gateway.close();
        origin.close();
    }

    @ParameterizedTest
    @MethodSource("floods")
    void othersNoticeNothing(Flood flood) throws Exception {
        int before = origin.calls("/flood");
        boolean ended;
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            client.setSoTimeout((int) LIMIT.toMillis());
            Thread reading = Thread.startVirtualThread(() -> readAll(client));
            ended = flood(client, flood);
            for (int i = 0; i < 3; i++) {
                assertThat(gateway.get("/well").code()).isEqualTo(200);
            }
            assertThat(origin.calls("/flood") - before).isLessThan(MOST_CALLS);
            if (!flood.ends) {
                client.close();
            }
            reading.join(LIMIT);
            assertThat(reading.isAlive()).isFalse();
        }
        assertThat(ended || !flood.ends).as("the connection was ended").isTrue();
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> gateway.bean(HeldBytes.class).held() == 0);
        assertThat(gateway.get("/well").code()).isEqualTo(200);
    }

    /** Whether the gateway ended the connection while it lasted. */
    private static boolean flood(Socket client, Flood flood) throws InterruptedException {
        long start = System.nanoTime();
        Thread sending = Thread.startVirtualThread(() -> {
            try {
                client.getOutputStream().write(Http2Frames.preface());
                client.getOutputStream().write(flood.beginning.get());
                for (int i = 0; System.nanoTime() - start < (flood.ends ? 20 : 1) * LASTS_NANOS; i += AT_ONCE) {
                    client.getOutputStream().write(flood.many(i));
                }
            } catch (IOException ended) {
                return;
            }
        });
        return sending.join(Duration.ofSeconds(flood.ends ? 15 : 1));
    }

    private static void readAll(Socket client) {
        try {
            client.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException reset) {
            // it is over
        }
    }

    @ParameterizedTest(name = "RFC 9113 §8.2.1: a value with {0} is malformed")
    @ValueSource(
            strings = {
                "a\r\nSet-Cookie: x=y",
                "a\rb",
                "a\nb",
                "a\u0000b",
                "a\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
            })
    void noFieldCarriesAnother(String value) throws Exception {
        int before = origin.calls("/flood");
        for (String name : new String[] {"x", "x-request-id", "accept-language", "referer"}) {
            refused(head("GET", "/flood", name, value));
        }
        refused(head("GET", "/flood", "x\r\ny", "a"));
        refused(head("GET", "/flood", "x: y\r\nz", "a"));
        refused(head("GET", "/flood?" + value));
        assertThat(origin.calls("/flood")).isEqualTo(before);
        assertThat(origin.calls("/smuggled")).isZero();
    }

    @Test
    void whatIsMalformedOverHttp2ReachesNoOrigin() throws Exception {
        int before = origin.calls("/flood");
        refused(head("GET", "/flood", "Upper", "a"));
        refused(head("GET", "/flood", "", "a"));
        refused(head("GET", "/flood", "a b", "a"));
        refused(head("GET", "/flood", ":path", "/other"));
        refused(head("GET", "/flood", ":unknown", "a"));
        refused(head("GET", "/flood", "a", "b", ":method", "POST"));
        refused(head("GET", "/flood", "transfer-encoding", "chunked"));
        refused(head("GET", "/flood", "connection", "close"));
        refused(head("GET", "/flood", "content-length", "5"));
        refused(head("GET", "/flood", "content-length", "0", "content-length", "5"));
        assertThat(origin.calls("/flood")).isEqualTo(before);
    }

    /** The stream is reset, the connection ended, or the request answered 4xx. */
    private void refused(byte[] fields) throws IOException {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            client.setSoTimeout((int) LIMIT.toMillis());
            client.getOutputStream().write(Http2Frames.preface());
            client.getOutputStream().write(frame(HEADERS, END_HEADERS | END_STREAM, 1, fields));
            byte[] frameHead = client.getInputStream().readNBytes(9);
            while (frameHead.length == 9 && frameHead[8] != 1 && frameHead[3] != 7) { // not of stream 1, no GOAWAY
                int length = ((frameHead[0] & 0xFF) << 16) | ((frameHead[1] & 0xFF) << 8) | (frameHead[2] & 0xFF);
                client.getInputStream().readNBytes(length);
                frameHead = client.getInputStream().readNBytes(9);
            }
            if (frameHead.length == 9 && frameHead[3] == HEADERS) {
                byte[] status = client.getInputStream().readNBytes(2);
                // an index of the static table from 12 on is 400, 404 or 500; else the status is a literal behind
                // :status
                boolean isIndexed = (status[0] & 0x80) != 0;
                assertThat(isIndexed ? status[0] & 0x7F : 12)
                        .as("index of the status")
                        .isBetween(12, 13);
            }
        }
    }
}
