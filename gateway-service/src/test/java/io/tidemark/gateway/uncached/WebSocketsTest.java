package io.tidemark.gateway.uncached;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.tidemark.gateway.fixtures.GatewayUnderTest;
import io.tidemark.gateway.server.NettyConnections;
import java.io.File;
import java.io.FileInputStream;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.publisher.SynchronousSink;
import reactor.netty.Connection;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.WebsocketClientSpec;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.WebsocketServerSpec;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;

/**
 * WebSockets through the gateway, with TLS before it, behind it, and without.
 *
 * <p>One class, as one start of the gateway serves all of it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(OutputCaptureExtension.class)
class WebSocketsTest {
    private static final String PASSWORD = "changeit";
    private static final int LIMIT = 20;

    /** How connections ended, by the ids of the clients' requests: one test's may end while the next one runs. */
    private final Map<String, BlockingQueue<String>> atOrigin = new ConcurrentHashMap<>();

    private DisposableServer origin;
    private DisposableServer secureOrigin;
    private GatewayUnderTest gateway;
    private GatewayUnderTest secureGateway;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        File keys = new File(folder.toFile(), "keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "test",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=dns:localhost,ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        keys.getPath(),
                        "-storepass",
                        PASSWORD)
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = new FileInputStream(keys)) {
            store.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory ownKeys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        ownKeys.init(store, PASSWORD.toCharArray());
        origin = server().bindNow();
        var context = SslContextBuilder.forServer(ownKeys).build();
        secureOrigin = server().secure(spec -> spec.sslContext(context)).bindNow();
        gateway = new GatewayUnderTest(properties());
        secureGateway = new GatewayUnderTest(Stream.concat(
                        Stream.of(properties()),
                        Stream.of(
                                "--server.ssl.key-store=" + keys.getPath(),
                                "--server.ssl.key-store-password=" + PASSWORD))
                .toArray(String[]::new));
    }

    private HttpServer server() {
        WebsocketServerSpec spec = WebsocketServerSpec.builder()
                .handlePing(true)
                .protocols("chat")
                .maxFramePayloadLength(1 << 20)
                .build();
        return HttpServer.create().host("127.0.0.1").port(0).route(routes -> routes.ws("/**", this::answer, spec));
    }

    /** Echoes; ends or breaks when it is told to. */
    private Mono<Void> answer(WebsocketInbound in, WebsocketOutbound out) {
        BlockingQueue<String> ends = atOrigin(String.valueOf(in.headers().get("X-Request-Id")));
        in.receiveCloseStatus()
                .map(status -> "closed " + status.code())
                .defaultIfEmpty("gone")
                .subscribe(ends::add);
        return out.sendObject(in.aggregateFrames(1 << 20)
                        .receiveFrames()
                        .handle((WebSocketFrame frame, SynchronousSink<WebSocketFrame> sink) -> {
                            if (frame instanceof TextWebSocketFrame text
                                    && text.text().startsWith("close ")) {
                                sink.next(new CloseWebSocketFrame(
                                        Integer.parseInt(text.text().substring(6)), "as told"));
                            } else if (frame instanceof TextWebSocketFrame text
                                    && text.text().equals("break")) {
                                in.withConnection(connection ->
                                        connection.channel().unsafe().closeForcibly());
                            } else if (frame instanceof PingWebSocketFrame) {
                                sink.next(new PongWebSocketFrame(frame.content().retain()));
                            } else {
                                sink.next(frame.retain());
                            }
                        }))
                .then();
    }

    private BlockingQueue<String> atOrigin(String id) {
        return atOrigin.computeIfAbsent(id, _ -> new LinkedBlockingQueue<>());
    }

    private String[] properties() {
        String routes = "--spring.cloud.gateway.server.webflux.routes";
        return new String[] {
            "--spring.cloud.gateway.server.webflux.httpclient.response-timeout=1s",
            "--spring.cloud.gateway.server.webflux.httpclient.ssl.use-insecure-trust-manager=true",
            "--server.netty.idle-timeout=1s",
            "--tidemark.transfers.read-idle=1s",
            routes + "[0].id=ws",
            routes + "[0].uri=ws://127.0.0.1:" + origin.port(),
            routes + "[0].predicates[0]=Path=/ws/**",
            routes + "[1].id=http",
            routes + "[1].uri=http://127.0.0.1:" + origin.port(),
            routes + "[1].predicates[0]=Path=/http/**",
            routes + "[2].id=wss",
            routes + "[2].uri=wss://127.0.0.1:" + secureOrigin.port(),
            routes + "[2].predicates[0]=Path=/wss/**",
            routes + "[3].id=nobody",
            routes + "[3].uri=ws://127.0.0.1:1",
            routes + "[3].predicates[0]=Path=/nobody/**"
        };
    }

    @AfterAll
    void stop() {
        gateway.close();
        secureGateway.close();
        origin.disposeNow();
        secureOrigin.disposeNow();
    }

    /** A client's end of a WebSocket. */
    private final class Client {
        private final Sinks.Many<WebSocketFrame> toSend = Sinks.many().unicast().onBackpressureBuffer();
        private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
        private final String id = UUID.randomUUID().toString().replace("-", "").substring(0, 16);
        private final AtomicReference<Connection> broken = new AtomicReference<>();

        Client(boolean secure, String path) throws SSLException {
            SslContext trusting = SslContextBuilder.forClient()
                    .trustManager(InsecureTrustManagerFactory.INSTANCE)
                    .build();
            int port = (secure ? secureGateway : gateway).port("local.server.port");
            HttpClient.newConnection()
                    .secure(spec -> spec.sslContext(trusting))
                    .headers(head -> head.set("X-Request-Id", id))
                    .websocket(WebsocketClientSpec.builder()
                            .handlePing(true)
                            .protocols("chat")
                            .maxFramePayloadLength(1 << 20)
                            .build())
                    .uri((secure ? "wss" : "ws") + "://127.0.0.1:" + port + path)
                    .handle((in, out) -> {
                        in.withConnection(broken::set);
                        received.add("protocol " + in.selectedSubprotocol());
                        received.add("id " + in.headers().getAll("X-Request-Id"));
                        in.receiveCloseStatus().subscribe(status -> received.add("closed " + status.code()));
                        return Mono.when(
                                out.sendObject(toSend.asFlux()).then(),
                                in.aggregateFrames(1 << 20)
                                        .receiveFrames()
                                        .doOnNext(frame -> received.add(text(frame))));
                    })
                    .onErrorComplete()
                    .subscribe();
        }

        private static String text(WebSocketFrame frame) {
            return switch (frame) {
                case TextWebSocketFrame text -> text.text();
                case CloseWebSocketFrame close -> "close " + close.statusCode();
                default ->
                    frame.getClass().getSimpleName() + ' ' + frame.content().readableBytes();
            };
        }

        void send(WebSocketFrame frame) {
            toSend.tryEmitNext(frame);
        }

        void isGiven(String what) throws InterruptedException {
            assertThat(received.poll(LIMIT, TimeUnit.SECONDS)).isEqualTo(what);
        }

        /** How the connection ended that the gateway has to the origin for this one. */
        void endsAtOrigin(String how) throws InterruptedException {
            assertThat(atOrigin(id).poll(LIMIT, TimeUnit.SECONDS)).isEqualTo(how);
        }

        Client begun() throws InterruptedException {
            isGiven("protocol chat");
            isGiven("id [" + id + "]");
            return this;
        }
    }

    private static final List<String> PATHS = List.of("/ws/x", "/http/x", "/wss/x");

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void framesGoBothWaysForLongAndAreClosedAsTheClientSays(boolean secure, CapturedOutput output) throws Exception {
        List<Client> clients = new ArrayList<>();
        for (String path : PATHS) {
            Client client = new Client(secure, path).begun();
            client.send(new TextWebSocketFrame("first"));
            client.isGiven("first");
            clients.add(client);
        }
        Thread.sleep(1500); // longer than any time limit of requests here
        for (Client client : clients) {
            client.send(new TextWebSocketFrame("later"));
            client.isGiven("later");
            client.send(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(new byte[300_000])));
            client.isGiven("BinaryWebSocketFrame 300000");
            client.send(new PingWebSocketFrame(Unpooled.wrappedBuffer(new byte[3])));
            client.isGiven("PongWebSocketFrame 3");
            client.send(new CloseWebSocketFrame(4001, "done"));
            client.endsAtOrigin("closed 4001");
            client.isGiven("closed 4001");
        }
        assertThat(output.getAll()).doesNotContain("\tat ", " ERROR ");
    }

    @ParameterizedTest
    @CsvSource({"1000", "1001", "1008", "1011", "1012", "1013", "3000", "4999"})
    void theOriginsCodeReachesTheClient(int code) throws Exception {
        for (String path : PATHS) {
            Client client = new Client(false, path).begun();
            client.send(new TextWebSocketFrame("close " + code));
            client.isGiven("closed " + code);
        }
    }

    @ParameterizedTest
    @CsvSource({"1000", "1001", "1012", "1013", "4000"})
    void theClientsCodeReachesTheOrigin(int code) throws Exception {
        Client client = new Client(false, "/ws/x").begun();
        client.send(new CloseWebSocketFrame(code, "done"));
        client.endsAtOrigin("closed " + code);
    }

    @Test
    void aCloseWithoutACodeStaysOne() throws Exception {
        Client client = new Client(false, "/ws/x").begun();
        client.send(new CloseWebSocketFrame());
        client.endsAtOrigin("closed 1000");
    }

    @Test
    void anOriginThatBreaksOffIsABadGatewayToTheClient(CapturedOutput output) throws Exception {
        Client client = new Client(false, "/ws/x").begun();
        client.send(new TextWebSocketFrame("break"));
        client.isGiven("closed 1014");
        assertThat(output.getAll()).doesNotContain("\tat ");
    }

    @Test
    void aClientThatBreaksOffIsGoneToTheOrigin(CapturedOutput output) throws Exception {
        Client client = new Client(false, "/ws/x").begun();
        client.send(new TextWebSocketFrame("here"));
        client.isGiven("here"); // else the gateway may not be connected to the origin yet, which then hears of nobody
        var _ = client.broken.get().channel().close();
        client.endsAtOrigin("closed 1001");
        assertThat(output.getAll()).doesNotContain("\tat ");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aGatewayThatLeavesSaysSoToBothSides(boolean secure) throws Exception {
        List<Client> clients = new ArrayList<>();
        for (String path : PATHS) {
            Client client = new Client(secure, path).begun();
            client.send(new TextWebSocketFrame("here"));
            client.isGiven("here");
            clients.add(client);
        }
        (secure ? secureGateway : gateway).bean(NettyConnections.class).lastCall();
        for (Client client : clients) {
            client.isGiven("closed 1001");
            client.endsAtOrigin("closed 1001");
        }
    }

    /** The most that one frame may have, as the gateway's configuration says it. */
    @Test
    void framesOfOneMebibytePass() throws Exception {
        Client client = new Client(true, "/wss/x").begun();
        client.send(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(new byte[1 << 20])));
        client.isGiven("BinaryWebSocketFrame 1048576");
    }

    @Test
    void anOriginThatCannotBeReachedIsABadGateway(CapturedOutput output) throws Exception {
        Client client = new Client(false, "/nobody/x");
        client.isGiven("protocol chat");
        client.isGiven("id [" + client.id + "]");
        client.isGiven("closed 1014");
        assertThat(output.getAll()).doesNotContain("\tat ");
    }
}
