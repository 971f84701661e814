package io.tidemark.writequeue.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.ssl.SslContextBuilder;
import io.tidemark.contracts.Write;
import io.tidemark.local.fixtures.Certificates;
import io.tidemark.writequeue.types.WriteType;
import io.tidemark.writequeue.types.WriteTypes;
import io.tidemark.writequeue.types.WriteTypesProperties;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import org.springframework.core.env.StandardEnvironment;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.Http2SslContextSpec;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.netty.tcp.SslProvider;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** Origins that end connections when a request has come already: over a bare socket. */
class OriginClosesTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final Queue<String> keys = new ConcurrentLinkedQueue<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ServerSocket listener = listening();
    private final OriginHttpClients clients =
            new OriginHttpClients(OriginsUnderTest.connections(null), new DefaultSslBundleRegistry(), meters);

    private static ServerSocket listening() {
        try {
            return new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        } catch (IOException noPort) {
            throw new UncheckedIOException(noPort);
        }
    }

    @AfterEach
    void stop() throws IOException {
        listener.close();
        clients.close();
    }

    /** What an origin does when the head of a request has come, the nth of its connection. */
    private interface Manners {
        /** Whether the connection goes on. */
        boolean answered(int nth, Socket client) throws IOException;
    }

    private Origin origin(Manners manners) {
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    Socket client = listener.accept();
                    connections.incrementAndGet();
                    Thread.ofVirtual().start(() -> serve(client, manners));
                }
            } catch (IOException over) {
                // the end of the test
            }
        });
        return origin(clients, "http://127.0.0.1:" + listener.getLocalPort());
    }

    private Origin origin(OriginHttpClients clients, String url) {
        var settings = new WriteTypesProperties.Origin(URI.create(url), TIMEOUT, TIMEOUT, 1); // one: it is surely kept
        return new Origin(
                "shop",
                settings,
                0,
                clients.of(settings),
                CircuitBreaker.ofDefaults("shop"),
                JsonMapper.shared(),
                InstantSource.system(),
                meters);
    }

    private void serve(Socket client, Manners manners) {
        try (client) {
            int nth = 0;
            for (String head = head(client.getInputStream()); !head.isEmpty(); head = head(client.getInputStream())) {
                keys.add(field(head, "idempotency-key"));
                if (!manners.answered(++nth, client)) {
                    return;
                }
            }
        } catch (IOException gone) {
            // as clients may be
        }
    }

    /** With its content, of two octets. */
    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int octet = in.read();
            if (octet < 0) {
                return "";
            }
            head.append((char) octet);
        }
        in.skipNBytes(2);
        return head.toString();
    }

    private static String field(String head, String name) {
        return head.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElse("");
    }

    private static boolean well(Socket client) throws IOException {
        client.getOutputStream().write("HTTP/1.1 204 No Content\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return true;
    }

    private static final WriteType TYPE = type();

    private static WriteType type() {
        Binder binder = new Binder(new MapConfigurationPropertySource(Map.of(
                "writes.origins.shop.url", "http://127.0.0.1:1",
                "writes.types.order.origin", "shop",
                "writes.types.order.path", "/orders",
                "writes.types.order.ordering-key", "all")));
        return new WriteTypes(binder.bind("writes", WriteTypesProperties.class).get(), new StandardEnvironment())
                .named("order")
                .orElseThrow();
    }

    private static Write write(int number) {
        String id = "w" + number;
        return new Write(
                1, id, "order", "ann", id, "all", JsonNodeFactory.instance.objectNode(), null, null, Instant.EPOCH);
    }

    private double repeated() {
        return meters.get("tidemark.writes.calls.repeated").counter().count();
    }

    @Test
    void aKeptConnectionThatIsClosedInTheMomentOfItsUseBurnsNoAttempt() throws Exception {
        try (Origin origin = origin((nth, client) -> nth <= 3 && well(client))) {
            for (int number = 1; number <= 12; number++) {
                assertThat(origin.send(TYPE, write(number)))
                        .as("write %d", number)
                        .isInstanceOfSatisfying(
                                AttemptOutcome.Answered.class,
                                answered -> assertThat(answered.status()).isEqualTo(204));
            }
        }
        List<String> distinct = keys.stream().distinct().toList();
        assertThat(distinct)
                .isEqualTo(IntStream.rangeClosed(1, 12).mapToObj(n -> "w" + n).toList());
        assertThat(keys).hasSizeGreaterThan(12); // the origin has seen some twice, with the same key
        assertThat(repeated()).isEqualTo(keys.size() - 12);
    }

    @Test
    void theSameByAReset() throws Exception {
        try (Origin origin = origin((nth, client) -> {
            if (nth == 2) {
                client.setSoLinger(true, 0);
                return false;
            }
            return well(client);
        })) {
            assertThat(origin.send(TYPE, write(1))).isInstanceOf(AttemptOutcome.Answered.class);
            assertThat(origin.send(TYPE, write(2))).isInstanceOf(AttemptOutcome.Answered.class);
        }
        assertThat(keys).containsExactly("w1", "w2", "w2");
    }

    @Test
    void itIsRepeatedOnceAndOnAConnectionOfItsOwn() throws Exception {
        try (Origin origin = origin((nth, client) -> connections.get() == 1 && nth == 1 && well(client))) {
            assertThat(origin.send(TYPE, write(1))).isInstanceOf(AttemptOutcome.Answered.class);
            assertThat(origin.send(TYPE, write(2))).isInstanceOf(AttemptOutcome.Unanswered.class);
        }
        assertThat(keys).containsExactly("w1", "w2", "w2");
        assertThat(connections).hasValue(2);
    }

    @Test
    void aNewConnectionThatEndsIsAFailedAttempt() throws Exception {
        try (Origin origin = origin((_, _) -> false)) {
            assertThat(origin.send(TYPE, write(1))).isInstanceOf(AttemptOutcome.Unanswered.class);
        }
        assertThat(keys).containsExactly("w1");
        assertThat(repeated()).isZero();
    }

    @Test
    void anAnswerThatEndsHalfWayIsOneAndIsNotAskedForAgain() throws Exception {
        try (Origin origin = origin((nth, client) -> {
            if (nth == 1) {
                return well(client);
            }
            client.getOutputStream()
                    .write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf".getBytes(StandardCharsets.US_ASCII));
            return false;
        })) {
            assertThat(origin.send(TYPE, write(1))).isInstanceOf(AttemptOutcome.Answered.class);
            assertThat(origin.send(TYPE, write(2))).isInstanceOf(AttemptOutcome.Unanswered.class);
        }
        assertThat(keys).containsExactly("w1", "w2");
    }

    @Test
    void theSameOverHttp2() throws Exception {
        SslBundle trust =
                SslBundle.of(new PemSslStoreBundle(null, PemSslStoreDetails.forCertificate("classpath:tls/ca.pem")));
        File certificate = Certificates.pem("good").toFile();
        SslProvider.GenericSslContextSpec<SslContextBuilder> tls =
                Http2SslContextSpec.forServer(certificate, certificate);
        AtomicInteger requests = new AtomicInteger();
        DisposableServer server = HttpServer.create()
                .host("127.0.0.1")
                .protocol(HttpProtocol.H2)
                .secure(spec -> spec.sslContext(tls))
                .handle((request, response) -> {
                    keys.add(request.requestHeaders().get("Idempotency-Key"));
                    if (requests.incrementAndGet() == 2) {
                        response.withConnection(stream -> {
                            var _ = stream.channel().parent().close();
                        });
                        return Mono.never();
                    }
                    return response.status(204).send();
                })
                .bindNow();
        try (OriginHttpClients overTls = new OriginHttpClients(
                        OriginsUnderTest.connections("origins"),
                        new DefaultSslBundleRegistry("origins", trust),
                        meters);
                Origin origin = origin(overTls, "https://localhost:" + server.port())) {
            assertThat(origin.send(TYPE, write(1))).isInstanceOf(AttemptOutcome.Answered.class);
            assertThat(origin.send(TYPE, write(2))).isInstanceOf(AttemptOutcome.Answered.class);
        } finally {
            server.disposeNow();
        }
        assertThat(keys).containsExactly("w1", "w2", "w2");
    }
}
