package io.tidemark.gateway.upload;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tidemark.gateway.fixtures.BareOrigin;
import io.tidemark.gateway.fixtures.GatewayUnderTest;
import io.tidemark.gateway.fixtures.Http2Frames;
import io.tidemark.gateway.origin.OriginBreakers;
import io.tidemark.gateway.overload.HeldBytes;
import io.tidemark.gateway.overload.HeldFor;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;

/**
 * Requests whose content does not come as they say: what the client gets, what the origin sees, and what others notice.
 *
 * <p>One class, as one start of the gateway serves all of it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UploadsTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** More than is collected: the request goes on to the origin. */
    private static final int LARGE = 100_000;

    private static final int PLACES = 4;

    private final BareOrigin origin = new BareOrigin();
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private GatewayUnderTest gateway;
    private int port;

    @BeforeAll
    void start() {
        String routes = "--spring.cloud.gateway.server.webflux.routes";
        gateway = new GatewayUnderTest(
                "--tidemark.origins.max-connections=" + PLACES,
                "--tidemark.origins.max-waiting=4",
                "--tidemark.origins.max-wait=1s", // less than uploads.idle, more than uploads.idle-behind
                "--tidemark.uploads.idle=2s",
                "--tidemark.uploads.idle-behind=200ms",
                "--tidemark.uploads.collect=16KB",
                "--server.http2.enabled=true",
                routes + "[0].id=plain",
                routes + "[0].uri=" + origin.uri(),
                routes + "[0].predicates[0]=Path=/plain/**",
                routes + "[1].id=cached",
                routes + "[1].uri=" + origin.uri(),
                routes + "[1].predicates[0]=Path=/cached/**",
                routes + "[1].filters[0]=EdgeCache=standard");
        port = gateway.port("local.server.port");
        for (String route : List.of("/plain", "/cached")) {
            origin.on(route + "/up", exchange -> {
                received.add(exchange.rest());
                exchange.socket().close();
            });
            origin.on(route + "/well", exchange -> exchange.answer(200, "well", "Cache-Control: no-store"));
        }
    }

    @AfterAll
    void stop() {
        gateway.close();
        origin.close();
    }

    private Socket connect() throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
        client.setSoTimeout(20_000);
        return client;
    }

    private static void send(Socket client, String octets) throws IOException {
        client.getOutputStream().write(octets.getBytes(ISO_8859_1));
        client.getOutputStream().flush();
    }

    /** Of a request to this path whose content is longer than what is collected and does not end. */
    private static String beginning(String path) {
        return "POST " + path + " HTTP/1.1\r\nHost: shop.example\r\nContent-Length: " + LARGE + "\r\n\r\n"
                + "x".repeat(LARGE / 2);
    }

    private void assertThatOthersNoticeNothing(String route) {
        for (int i = 0; i < 3; i++) {
            assertThat(gateway.get(route + "/well"))
                    .extracting(GatewayUnderTest.Got::code, GatewayUnderTest.Got::body)
                    .containsExactly(200, "well");
        }
        assertThat(gateway.bean(OriginBreakers.class).states()).doesNotContainValue("open");
        Awaitility.await().atMost(LIMIT).until(() -> placesTaken() == 0);
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> gateway.bean(HeldBytes.class).held(HeldFor.CONTENTS) == 0);
    }

    private double placesTaken() {
        return gateway
                .bean(MeterRegistry.class)
                .find("tidemark.origin.connections")
                .tag("state", "active")
                .gauges()
                .stream()
                .mapToDouble(gauge -> gauge.value())
                .sum();
    }

    private double failed(String reason) {
        return gateway
                .bean(MeterRegistry.class)
                .find("tidemark.uploads.failed")
                .tag("reason", reason)
                .counters()
                .stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    @ParameterizedTest
    @CsvSource({"/plain,false", "/plain,true", "/cached,false", "/cached,true"})
    void clientsThatLeaveDuringTheirUploadsCostTheOriginNothing(String route, boolean byReset) throws Exception {
        double before = failed("client-left");
        for (int i = 0; i < 30; i++) {
            try (Socket client = connect()) {
                int reached = origin.calls(route + "/up");
                send(client, beginning(route + "/up"));
                Awaitility.await()
                        .pollInterval(Duration.ofMillis(5))
                        .atMost(LIMIT)
                        .until(() -> origin.calls(route + "/up") > reached);
                client.setSoLinger(byReset, 0);
            }
        }
        Awaitility.await().atMost(LIMIT).until(() -> failed("client-left") >= before + 30);
        for (int i = 0; i < 30; i++) {
            assertThat(received.poll(20, TimeUnit.SECONDS)).isNotNull();
        }
        assertThatOthersNoticeNothing(route);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/plain", "/cached"})
    void aFloodOfUploadsThatBeginAndEndIsNoticedByNobody(String route) throws Exception {
        int before = origin.calls(route + "/up");
        for (int i = 0; i < 10; i++) {
            List<Socket> clients = new ArrayList<>();
            for (int j = 0; j < 100; j++) {
                Socket client = connect();
                send(
                        client,
                        "POST " + route + "/up HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 100\r\n\r\nhello");
                clients.add(client);
            }
            assertThat(gateway.get(route + "/well").code()).isEqualTo(200);
            for (Socket client : clients) {
                client.close();
            }
        }
        assertThatOthersNoticeNothing(route);
        assertThat(origin.calls(route + "/up")).isEqualTo(before);
    }

    private HttpClient http2() {
        return HttpClient.newConnection().protocol(HttpProtocol.H2C);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/plain", "/cached"})
    void streamsThatAreResetCostTheOriginNothing(String route) throws Exception {
        double before = failed("client-left");
        for (int i = 0; i < 30; i++) {
            int reached = origin.calls(route + "/up");
            try (Socket client = connect()) {
                client.getOutputStream().write(Http2Frames.request("POST", route + "/up", LARGE / 2));
                Awaitility.await()
                        .pollInterval(Duration.ofMillis(5))
                        .atMost(LIMIT)
                        .until(() -> origin.calls(route + "/up") > reached);
                client.getOutputStream().write(Http2Frames.reset());
                assertThat(received.poll(20, TimeUnit.SECONDS)).isNotNull();
            }
        }
        Awaitility.await().atMost(LIMIT).until(() -> failed("client-left") >= before + 30);
        assertThatOthersNoticeNothing(route);
    }

    private static ByteBuf buffer(int length) {
        return Unpooled.wrappedBuffer(new byte[length]);
    }

    @ParameterizedTest
    @CsvSource({"/plain,50000", "/cached,50000", "/plain,5", "/cached,5"})
    void contentThatContradictsItsLengthCostsTheOriginNothing(String route, int length) {
        for (int i = 0; i < 30; i++) {
            http2().headers(head -> head.set("Content-Length", Integer.toString(LARGE)))
                    .post()
                    .uri("http://127.0.0.1:" + port + route + "/up")
                    .send(Flux.just(buffer(length)))
                    .response()
                    .onErrorComplete()
                    .block(LIMIT);
        }
        assertThatOthersNoticeNothing(route);
        assertThat(received).noneMatch(content -> content.length() == LARGE);
        received.clear();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/plain", "/cached"})
    void aMalformedChunkEndsTheOriginsConnectionAndNotTheContent(String route) throws Exception {
        try (Socket client = connect()) {
            send(
                    client,
                    "POST " + route + "/up HTTP/1.1\r\nHost: shop.example\r\nTransfer-Encoding: chunked\r\n\r\n"
                            + Integer.toHexString(LARGE) + "\r\n" + "y".repeat(LARGE) + "\r\n");
            int reached = origin.calls(route + "/up");
            Awaitility.await().atMost(LIMIT).until(() -> reached > 0 || origin.calls(route + "/up") > 0);
            send(client, "no size\r\nhello\r\n0\r\n\r\nGET " + route + "/well HTTP/1.1\r\nHost: shop.example\r\n\r\n");
            String seen = received.poll(20, TimeUnit.SECONDS);
            assertThat(seen).contains("yyyy").doesNotEndWith("0\r\n\r\n");
            InputStream in = new BufferedInputStream(client.getInputStream());
            String head = BareOrigin.head(in);
            assertThat(head).startsWith("HTTP/1.1 400 ").containsIgnoringCase("connection: close");
            assertThat(new String(in.readAllBytes(), ISO_8859_1))
                    .contains("malformed-content")
                    .doesNotContain("HTTP/1.1");
        }
        assertThatOthersNoticeNothing(route);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/plain", "/cached"})
    void aMalformedChunkInWhatIsCollectedIsA400AndReachesNoOrigin(String route) throws Exception {
        int before = origin.calls(route + "/up");
        try (Socket client = connect()) {
            send(
                    client,
                    "POST " + route + "/up HTTP/1.1\r\nHost: shop.example\r\nTransfer-Encoding: chunked\r\n\r\n"
                            + "5\r\nhello\r\nzz\r\n");
            InputStream in = new BufferedInputStream(client.getInputStream());
            assertThat(BareOrigin.head(in)).startsWith("HTTP/1.1 400 ");
            assertThat(new String(in.readAllBytes(), ISO_8859_1)).contains("malformed-content");
        }
        assertThat(origin.calls(route + "/up")).isEqualTo(before);
        assertThatOthersNoticeNothing(route);
    }

    @ParameterizedTest
    @CsvSource({"/plain,5", "/cached,5", "/plain,50000", "/cached,50000"})
    void anUploadThatStallsIsA408InTime(String route, int sent) throws Exception {
        try (Socket client = connect()) {
            send(
                    client,
                    "POST " + route + "/up HTTP/1.1\r\nHost: shop.example\r\nContent-Length: " + LARGE + "\r\n\r\n"
                            + "x".repeat(sent));
            InputStream in = new BufferedInputStream(client.getInputStream());
            assertThat(BareOrigin.head(in)).startsWith("HTTP/1.1 408 ").containsIgnoringCase("connection: close");
            assertThat(new String(in.readAllBytes(), ISO_8859_1)).contains("upload-timeout");
        }
        assertThatOthersNoticeNothing(route);
        received.clear();
    }

    @Test
    void uploadsThatSendAByteAndStopTakeNoPlaceFromOthers() throws Exception {
        List<Socket> stalled = new ArrayList<>();
        int before = origin.calls("/cached/up");
        for (int i = 0; i < 50; i++) {
            Socket client = connect();
            send(client, "POST /cached/up HTTP/1.1\r\nHost: shop.example\r\nContent-Length: " + LARGE + "\r\n\r\nx");
            stalled.add(client);
        }
        assertThatOthersNoticeNothingBut("/cached");
        assertThat(origin.calls("/cached/up")).isEqualTo(before);
        for (Socket client : stalled) {
            client.close();
        }
        Awaitility.await().atMost(LIMIT).untilAsserted(() -> assertThatOthersNoticeNothing("/cached"));
    }

    @Test
    void uploadsThatStallInTheirPlacesLeaveThemToWhoWaits() throws Exception {
        List<Socket> stalled = new ArrayList<>();
        int before = origin.calls("/cached/up");
        for (int i = 0; i < PLACES; i++) {
            Socket client = connect();
            send(client, beginning("/cached/up"));
            stalled.add(client);
        }
        Awaitility.await().atMost(LIMIT).until(() -> placesTaken() == PLACES);
        assertThat(gateway.get("/cached/well").code()).isEqualTo(200);
        assertThat(origin.calls("/cached/up")).isEqualTo(before + PLACES);
        for (Socket client : stalled) {
            client.close();
        }
        assertThatOthersNoticeNothing("/cached");
        received.clear();
    }

    private void assertThatOthersNoticeNothingBut(String route) {
        assertThat(gateway.get(route + "/well").code()).isEqualTo(200);
        assertThat(placesTaken()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/plain", "/cached"})
    void contentOfAnyLengthArrivesAsItWasSent(String route) throws Exception {
        origin.on(route + "/echo", exchange -> {
            int length = Integer.parseInt(exchange.head().replaceAll("(?is).*content-length: (\\d+).*", "$1"));
            byte[] content = exchange.in().readNBytes(length);
            int sum = 0;
            for (byte octet : content) {
                sum = sum * 31 + octet;
            }
            exchange.answer(200, content.length + " " + sum, "Cache-Control: no-store");
        });
        for (int length : new int[] {1, 100, 16_255, 16_256, 16_257, 70_000, 3_000_000}) {
            byte[] content = new byte[length];
            int sum = 0;
            for (int i = 0; i < length; i++) {
                content[i] = (byte) (i * 7 + i / 251);
                sum = sum * 31 + content[i];
            }
            String answer = HttpClient.create()
                    .headers(head -> head.set("Content-Length", Integer.toString(length)))
                    .post()
                    .uri("http://127.0.0.1:" + port + route + "/echo")
                    .send(Flux.just(Unpooled.wrappedBuffer(content)))
                    .responseContent()
                    .aggregate()
                    .asString()
                    .block(LIMIT);
            assertThat(answer).isEqualTo(length + " " + sum);
        }
        assertThatOthersNoticeNothing(route);
    }
}
