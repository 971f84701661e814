package io.tidemark.gateway.edge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.fixtures.BareOrigin;
import io.tidemark.gateway.fixtures.GatewayUnderTest;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that come bit by bit reach the client bit by bit, and cost no more memory than what is stored of them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StreamedAnswersTest {
    private static final int MEGABYTE = 1 << 20;

    private final BareOrigin origin = new BareOrigin();
    private GatewayUnderTest gateway;

    @BeforeAll
    void start() {
        String routes = "--spring.cloud.gateway.server.webflux.routes";
        gateway = new GatewayUnderTest(
                "--tidemark.policies.forgiving.stale-if-error=1h",
                "--tidemark.policies.forgiving.max-body-size=8MB",
                "--tidemark.policies.impatient.first-byte-timeout=500ms",
                routes + "[3].id=impatient",
                routes + "[3].uri=" + origin.uri(),
                routes + "[3].predicates[0]=Path=/impatient/**",
                routes + "[3].filters[0]=EdgeCache=impatient",
                routes + "[0].id=plain",
                routes + "[0].uri=" + origin.uri(),
                routes + "[0].predicates[0]=Path=/plain/**",
                routes + "[1].id=cached",
                routes + "[1].uri=" + origin.uri(),
                routes + "[1].predicates[0]=Path=/cached/**",
                routes + "[1].filters[0]=EdgeCache=standard",
                routes + "[2].id=forgiving",
                routes + "[2].uri=" + origin.uri(),
                routes + "[2].predicates[0]=Path=/forgiving/**",
                routes + "[2].filters[0]=EdgeCache=forgiving");
    }

    @AfterAll
    void stop() {
        gateway.close();
        origin.close();
    }

    private Socket ask(String path) throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), gateway.port("local.server.port"));
        client.setSoTimeout(20_000);
        client.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: shop.example\r\n\r\n").getBytes(ISO_8859_1));
        return client;
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new IOException("nobody went on");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static String chunk(int length) {
        return Integer.toHexString(length) + "\r\n" + "x".repeat(length) + "\r\n";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/plain/events,text/event-stream",
                "/cached/events,text/event-stream",
                "/forgiving/events,text/event-stream",
                "/plain/poll,application/json",
                "/cached/poll,application/json"
            })
    void theHeadOfWhatIsStillToComeIsThereAtOnce(String pathAndType) throws Exception {
        String path = pathAndType.split(",", 2)[0];
        String type = pathAndType.split(",", 2)[1];
        CountDownLatch seen = new CountDownLatch(1);
        origin.on(path, exchange -> {
            exchange.send("HTTP/1.1 200 OK\r\nContent-Type: " + type
                    + "\r\nCache-Control: no-store\r\nTransfer-Encoding: chunked\r\n\r\n");
            await(seen);
            exchange.send("8\r\ndata: 1\n\r\n0\r\n\r\n");
        });
        try (Socket client = ask(path)) {
            InputStream in = new BufferedInputStream(client.getInputStream());
            assertThat(BareOrigin.head(in)).startsWith("HTTP/1.1 200 ").containsIgnoringCase(type);
            seen.countDown();
            assertThat(new String(in.readNBytes(11), ISO_8859_1)).isEqualTo("8\r\ndata: 1\n");
        }
    }

    @Test
    void whatCannotBeStoredIsStreamedThoughAStaleResponseCouldStandIn() throws Exception {
        String path = "/forgiving/large";
        origin.on(path, exchange -> exchange.answer(200, "old", "Cache-Control: max-age=0", "ETag: \"1\""));
        assertThat(gateway.get(path).body()).isEqualTo("old");
        CountDownLatch seen = new CountDownLatch(1);
        AtomicLong sent = new AtomicLong();
        origin.on(path, exchange -> {
            exchange.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int megabyte = 0; megabyte < 64; megabyte++) {
                if (megabyte == 10) {
                    await(seen);
                }
                exchange.send(chunk(MEGABYTE));
                sent.addAndGet(MEGABYTE);
            }
            exchange.send("0\r\n\r\n");
        });
        try (Socket client = ask(path)) {
            InputStream in = new BufferedInputStream(client.getInputStream());
            assertThat(BareOrigin.head(in)).startsWith("HTTP/1.1 200 ").containsIgnoringCase("fwd=stale");
            seen.countDown();
            // Nobody reads: the origin gets no further than the kernel's buffers and the gateway's window.
            long before;
            do {
                before = sent.get();
                Thread.sleep(300);
            } while (sent.get() > before);
            assertThat(before).isLessThan(40L * MEGABYTE);
            long got = 0;
            byte[] buffer = new byte[MEGABYTE];
            while (got < 64L * MEGABYTE) {
                int read = in.read(buffer);
                assertThat(read).isPositive();
                got += read;
            }
        }
    }

    @Test
    void aStaleResponseStillStandsInForWhatBreaksOffBeforeItIsKnownToBeTooLong() throws Exception {
        String path = "/forgiving/short";
        origin.on(path, exchange -> exchange.answer(200, "old", "Cache-Control: max-age=0", "ETag: \"1\""));
        assertThat(gateway.get(path).body()).isEqualTo("old");
        origin.on(path, exchange -> {
            exchange.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nTransfer-Encoding: chunked\r\n\r\n");
            exchange.send(chunk(1000));
            exchange.socket().close();
        });
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(gateway.get(path))
                        .extracting(GatewayUnderTest.Got::status, GatewayUnderTest.Got::body)
                        .containsExactly("STALE", "old"));
    }

    @Test
    void eventsMayBeFurtherApartThanTheHeadMayTake() throws Exception {
        origin.on("/impatient/events", exchange -> {
            exchange.send(String.join(
                    "\r\n",
                    "HTTP/1.1 200 OK",
                    "Content-Type: text/event-stream;charset=UTF-8",
                    "Cache-Control: no-store",
                    "Transfer-Encoding: chunked",
                    "",
                    ""));
            try {
                Thread.sleep(1200);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            exchange.send("8\r\ndata: 1\n\r\n0\r\n\r\n");
        });
        try (Socket client = ask("/impatient/events")) {
            InputStream in = new BufferedInputStream(client.getInputStream());
            assertThat(BareOrigin.head(in)).startsWith("HTTP/1.1 200 ");
            assertThat(new String(in.readNBytes(11), ISO_8859_1)).isEqualTo("8\r\ndata: 1\n");
        }
    }
}
