package io.tidemark.gateway.server;

import static io.tidemark.gateway.fixtures.ScriptedOrigin.send;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.GatewayApplication;
import io.tidemark.gateway.fixtures.ScriptedOrigin;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import reactor.netty.http.HttpProtocol;
import reactor.netty.resources.ConnectionProvider;

/**
 * A gateway goes while another stays. Clients keep their connections, leave when they are told to, and repeat nothing.
 *
 * <p>One class, as what it does to two gateways is one subject.
 */
class DrainTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final ScriptedOrigin origin = new ScriptedOrigin();
    private final List<Gateway> gateways = new ArrayList<>();

    /** Where clients of a balancer go, which knows who is ready: to the first that is in it. */
    private final AtomicInteger preferred = new AtomicInteger();

    private record Gateway(ConfigurableApplicationContext context) {
        int port() {
            return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
        }

        int management() {
            return context.getEnvironment().getRequiredProperty("local.management.port", Integer.class);
        }
    }

    @BeforeEach
    void start() {
        origin.on("/hit", exchange -> send(exchange, 200, "hit", "Cache-Control", "max-age=3600"));
        origin.on("/miss", exchange -> send(exchange, 200, "miss", "Cache-Control", "no-store"));
        gateways.add(gateway("4s"));
        gateways.add(gateway("0s"));
    }

    private Gateway gateway(String drain) {
        SpringApplication application = new SpringApplication(GatewayApplication.class);
        return new Gateway(application.run(
                "--spring.profiles.active=standalone",
                "--server.port=0",
                "--tidemark.management-port=0",
                "--tidemark.drain=" + drain,
                "--spring.reactor.netty.shutdown-quiet-period=" + (drain.equals("0s") ? "0s" : "2s"),
                "--tidemark.origin=" + origin.uri()));
    }

    @AfterEach
    void stop() {
        gateways.forEach(gateway -> gateway.context().close());
        origin.close();
    }

    private static void until(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited too long until " + what).isLessThan(end);
            Thread.sleep(5);
        }
    }

    private CompletableFuture<Void> going() {
        return CompletableFuture.runAsync(() -> gateways.getFirst().context().close());
    }

    /** One connection after another, each for as long as it may be used. */
    private void client(String path, AtomicBoolean over, AtomicIntegerArray answered, Queue<String> failures) {
        byte[] request = ("GET " + path + " HTTP/1.1\r\nHost: shop.example\r\n\r\n").getBytes(ISO_8859_1);
        while (!over.get()) {
            int gateway = preferred.get();
            try (Socket socket = new Socket()) {
                try {
                    socket.connect(new InetSocketAddress(
                            InetAddress.getLoopbackAddress(),
                            gateways.get(gateway).port()));
                } catch (ConnectException refused) {
                    failures.add("refused by " + gateway);
                    return;
                }
                socket.setSoTimeout(20_000);
                InputStream in = new BufferedInputStream(socket.getInputStream());
                boolean goesOn = true;
                while (goesOn && !over.get()) {
                    socket.getOutputStream().write(request);
                    String head = head(in);
                    if (!head.startsWith("HTTP/1.1 200")) {
                        failures.add(head);
                        return;
                    }
                    in.skipNBytes(path.length() - 1L); // the body is the path's name
                    answered.incrementAndGet(gateway);
                    goesOn = !head.toLowerCase(Locale.ROOT).contains("\r\nconnection: close");
                    Thread.sleep(1);
                }
            } catch (IOException | InterruptedException failure) {
                failures.add(path + " by " + gateway + ": " + failure);
                return;
            }
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("closed without a word after \"" + head + '"');
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private boolean isReady() {
        try {
            return HttpClient.newHttpClient()
                            .send(
                                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                                                    + gateways.getFirst().management()
                                                    + "/actuator/health/readiness"))
                                            .build(),
                                    BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException | InterruptedException gone) {
            return false;
        }
    }

    @Test
    void noRequestOfKeptConnectionsFailsWhenAGatewayGoes() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        Queue<String> failures = new ConcurrentLinkedQueue<>();
        AtomicIntegerArray answered = new AtomicIntegerArray(2);
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            String path = i % 2 == 0 ? "/hit" : "/miss";
            clients.add(Thread.ofVirtual().start(() -> client(path, over, answered, failures)));
        }
        until("the first gateway answers", () -> answered.get(0) > 200);
        CompletableFuture<Void> going = going();
        until("it is not ready", () -> !isReady());
        int before = answered.get(0);
        until("it answers new connections all the same", () -> answered.get(0) > before + 20);
        preferred.set(1);
        until("the other one has taken over", () -> answered.get(1) > 200);
        going.get(30, TimeUnit.SECONDS);
        over.set(true);
        for (Thread client : clients) {
            client.join();
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void anHttp2ConnectionIsToldByGoAway() throws Exception {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), gateways.getFirst().port())) {
            socket.setSoTimeout(20_000);
            byte[] preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(ISO_8859_1);
            socket.getOutputStream().write(preface);
            socket.getOutputStream().write(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0}); // SETTINGS
            DataInputStream in = new DataInputStream(socket.getInputStream());
            assertThat(frame(in, 4)).isNotNull();
            var _ = going();
            byte[] goAway = frame(in, 7);
            assertThat(goAway).startsWith(0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0);
        }
    }

    /** The payload of the next frame of this type. */
    private static byte[] frame(DataInputStream in, int type) throws IOException {
        while (true) {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            int found = in.readUnsignedByte();
            in.skipNBytes(5);
            byte[] payload = in.readNBytes(length);
            if (found == type) {
                return payload;
            }
        }
    }

    @Test
    void noRequestOverHttp2Fails() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        Queue<String> failures = new ConcurrentLinkedQueue<>();
        AtomicIntegerArray answered = new AtomicIntegerArray(2);
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            String path = i % 2 == 0 ? "/hit" : "/miss";
            clients.add(Thread.ofVirtual().start(() -> http2Client(path, over, answered, failures)));
        }
        until("the first gateway answers", () -> answered.get(0) > 200);
        CompletableFuture<Void> going = going();
        until("it is not ready", () -> !isReady());
        int before = answered.get(0);
        until("it answers all the same", () -> answered.get(0) > before + 20);
        preferred.set(1);
        until("the other one has taken over", () -> answered.get(1) > 200);
        going.get(30, TimeUnit.SECONDS);
        over.set(true);
        for (Thread client : clients) {
            client.join();
        }
        assertThat(failures).isEmpty();
    }

    private void http2Client(String path, AtomicBoolean over, AtomicIntegerArray answered, Queue<String> failures) {
        var client = reactor.netty.http.client.HttpClient.create(ConnectionProvider.create("h2-" + path))
                .protocol(HttpProtocol.H2C)
                .disableRetry(true);
        while (!over.get()) {
            int gateway = preferred.get();
            try {
                String body = client.get()
                        .uri("http://127.0.0.1:" + gateways.get(gateway).port() + path)
                        .responseSingle((_, content) -> content.asString())
                        .block(LIMIT);
                assertThat(body).isEqualTo(path.substring(1));
                answered.incrementAndGet(gateway);
                Thread.sleep(1);
            } catch (RuntimeException | AssertionError | InterruptedException failure) {
                failures.add(path + " by " + gateway + ": " + failure);
                return;
            }
        }
    }

    @Test
    void aStreamOfEventsEndsAsAWholeResponse() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        origin.on("/events", exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            try {
                while (!over.get()) {
                    exchange.getResponseBody().write("data: x\n\n".getBytes(ISO_8859_1));
                    exchange.getResponseBody().flush();
                    Thread.sleep(20); // the origin's own slowness
                }
            } catch (IOException | InterruptedException gone) {
                over.set(true);
            }
        });
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            CompletableFuture<HttpResponse<InputStream>> stream = client.sendAsync(
                    HttpRequest.newBuilder(URI.create(
                                    "http://127.0.0.1:" + gateways.getFirst().port() + "/events"))
                            .header("Accept", "text/event-stream")
                            .build(),
                    BodyHandlers.ofInputStream());
            InputStream events = stream.get(20, TimeUnit.SECONDS).body();
            assertThat(events.readNBytes(9)).isEqualTo("data: x\n\n".getBytes(ISO_8859_1));
            CompletableFuture<Void> going = going();
            assertThat(new String(events.readAllBytes(), ISO_8859_1)).endsWith("data: x\n\n");
            going.get(30, TimeUnit.SECONDS);
        } finally {
            over.set(true);
        }
    }
}
