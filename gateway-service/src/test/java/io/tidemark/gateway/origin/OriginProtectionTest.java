package io.tidemark.gateway.origin;

import static io.tidemark.gateway.fixtures.ScriptedOrigin.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.gateway.GatewayApplication;
import io.tidemark.gateway.fixtures.ScriptedOrigin;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * What stands between clients and an origin in trouble: limits, retries, time limits, default responses.
 *
 * <p>One class, as one start of the gateway serves all of it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OriginProtectionTest {
    private final ScriptedOrigin origin = new ScriptedOrigin();
    private final ScriptedOrigin narrow = new ScriptedOrigin();
    private final ScriptedOrigin broken = new ScriptedOrigin();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<AutoCloseable> hanging = new ArrayList<>();
    private ConfigurableApplicationContext gateway;
    private int port;

    @BeforeAll
    void start() throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "--spring.profiles.active=standalone",
                "--server.port=0",
                "--tidemark.management-port=0",
                "--tidemark.origins.max-connections=2",
                "--tidemark.origins.max-waiting=1",
                "--tidemark.origins.max-wait=20s",
                "--tidemark.policies.brief.whole-timeout=500ms",
                "--tidemark.policies.impatient.connect-timeout=300ms",
                "--tidemark.policies.kind.connect-timeout=300ms",
                "--tidemark.policies.patient.connect-timeout=3s",
                "--tidemark.policies.kind.default-response.status=200",
                "--tidemark.policies.kind.default-response.content-type=application/json",
                "--tidemark.policies.kind.default-response.body={\"products\":[]}"));
        String unreachable = "http://127.0.0.1:" + portThatNeverAccepts();
        route(arguments, 0, "narrow", narrow.uri().toString(), "standard");
        route(arguments, 1, "unreachable", unreachable, "impatient");
        route(arguments, 2, "kind", unreachable, "kind");
        route(arguments, 3, "trickle", origin.uri().toString(), "brief");
        route(arguments, 4, "origin", origin.uri().toString(), "standard");
        route(arguments, 5, "patient", narrow.uri().toString(), "patient");
        route(arguments, 6, "broken", broken.uri().toString(), "standard");
        gateway = new SpringApplication(GatewayApplication.class).run(arguments.toArray(String[]::new));
        port = gateway.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    private static void route(List<String> arguments, int index, String name, String uri, String policy) {
        String route = "--spring.cloud.gateway.server.webflux.routes[" + index + "].";
        arguments.add(route + "id=" + name);
        arguments.add(route + "uri=" + uri);
        arguments.add(route + "predicates[0]=Path=/" + name + "/**");
        arguments.add(route + "filters[0]=EdgeCache=" + policy);
    }

    /** A listener whose queue is full: the kernel answers no further connection request. */
    private int portThatNeverAccepts() throws IOException {
        ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        hanging.add(listener);
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.getLocalPort());
        for (int i = 0; i < 4; i++) {
            SocketChannel channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.connect(address);
            hanging.add(channel);
        }
        return listener.getLocalPort();
    }

    @AfterAll
    void stop() throws Exception {
        gateway.close();
        origin.close();
        narrow.close();
        broken.close();
        for (AutoCloseable open : hanging) {
            open.close();
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(30));
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(request(path).build(), BodyHandlers.ofString());
    }

    private double counted(String meter, String... tags) {
        return gateway.getBean(io.micrometer.core.instrument.MeterRegistry.class)
                .get(meter)
                .tags(tags)
                .counter()
                .count();
    }

    private static String field(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    @Test
    void aGetWhoseConnectionEndedWithoutAResponseIsSentAgain() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        origin.on("/origin/again", exchange -> {
            if (calls.incrementAndGet() > 1) {
                send(exchange, 200, "at last");
            }
        });
        assertThat(get("/origin/again").body()).isEqualTo("at last");
        assertThat(origin.calls("/origin/again")).isEqualTo(2);
        assertThat(counted(
                        "tidemark.origin.retries",
                        "sent",
                        "true",
                        "origin",
                        origin.uri().getRawAuthority()))
                .isGreaterThanOrEqualTo(1);
    }

    @Test
    void anOriginThatNeverAnswersCostsATenthMoreAndTheReserve() throws Exception {
        broken.on("/broken/x", _ -> {});
        int reads = 0;
        while (get("/broken/x").statusCode() == 502) { // until its breaker opens
            reads++;
            assertThat(reads).isLessThan(100);
        }
        String name = broken.uri().getRawAuthority();
        double retries = counted("tidemark.origin.retries", "sent", "true", "origin", name);
        assertThat(retries).isBetween(10.0, 10 + reads * 0.1);
        assertThat(counted("tidemark.origin.retries", "sent", "false", "origin", name))
                .isGreaterThanOrEqualTo(reads - retries);
        assertThat(broken.calls("/broken/x")).isEqualTo(reads + (int) retries);
    }

    @Test
    void aPostIsNeverSentAgain() throws Exception {
        origin.on("/origin/post", _ -> {});
        HttpResponse<String> answer = client.send(
                request("/origin/post")
                        .POST(HttpRequest.BodyPublishers.ofString("x"))
                        .build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(origin.calls("/origin/post")).isEqualTo(1);
    }

    @Test
    void anOriginThatDoesNotTakeTheConnectionIsA504WithinItsLimit() throws Exception {
        long begin = System.nanoTime();
        HttpResponse<String> answer = get("/unreachable/x");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(answer.body()).contains("origin-connect-timeout", "route unreachable");
    }

    @Test
    void aRouteMayAnswerWithADefaultWhereNothingStoredCanStandIn() throws Exception {
        HttpResponse<String> answer = get("/kind/x");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"products\":[]}");
        assertThat(field(answer, "Content-Type")).isEqualTo("application/json");
        assertThat(field(answer, "Cache-Control")).isEqualTo("no-store");
        assertThat(field(answer, "Cache-Status")).contains("connect-timeout");
    }

    @Test
    void noDefaultStandsInForTheAnswerToAWrite() throws Exception {
        HttpResponse<String> answer = client.send(request("/kind/x").DELETE().build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(504);
    }

    @Test
    void aResponseThatIsNotWholeInTimeIsBrokenOff() {
        origin.on("/trickle/x", exchange -> {
            exchange.getResponseHeaders().add("Cache-Control", "max-age=60");
            exchange.sendResponseHeaders(200, 1000);
            OutputStream body = exchange.getResponseBody();
            for (int sent = 0; sent < 1000; sent++) {
                body.write('x');
                body.flush();
                sleep(20);
            }
        });
        long begin = System.nanoTime();
        assertThatThrownBy(() -> get("/trickle/x")).isInstanceOf(IOException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10)); // whole: 20 s
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis); // the origin's own slowness
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void pastItsConnectionsAndWhoMayWaitAnOriginIsNotAskedAndStaleComesFirst() throws Exception {
        narrow.on(
                "/narrow/stale",
                exchange -> send(exchange, 200, "old", "Cache-Control", "max-age=0, stale-if-error=60"));
        assertThat(get("/narrow/stale").body()).isEqualTo("old");
        CountDownLatch release = new CountDownLatch(1);
        List<String> paths = List.of("/narrow/0", "/patient/1", "/narrow/2");
        for (String path : paths) {
            narrow.on(path, exchange -> {
                try {
                    release.await(20, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                send(exchange, 200, "slow");
            });
        }
        List<CompletableFuture<HttpResponse<String>>> slow = new ArrayList<>();
        // All at once, and by routes whose time limits differ: one origin has one limit, and who makes a connection
        // does not wait.
        for (String path : paths) {
            slow.add(client.sendAsync(request(path).build(), BodyHandlers.ofString()));
        }
        until(() ->
                calls("waiting") == 1 && paths.stream().mapToInt(narrow::calls).sum() == 2);
        assertThat(calls("active")).isEqualTo(2);
        HttpResponse<String> refused = get("/narrow/other");
        double saved = counted("tidemark.origin.saved", "route", "narrow");
        HttpResponse<String> stale = get("/narrow/stale");
        assertThat(counted("tidemark.origin.saved", "route", "narrow"))
                .as("what stands in for a failure has saved nothing")
                .isEqualTo(saved);
        release.countDown();
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(field(refused, "Retry-After")).isEqualTo("1");
        assertThat(refused.body()).contains("origin-overloaded");
        assertThat(stale.body()).isEqualTo("old");
        assertThat(field(stale, "X-Cache-Status")).isEqualTo("STALE");
        assertThat(field(stale, "Cache-Status")).contains("overloaded");
        for (CompletableFuture<HttpResponse<String>> answer : slow) {
            assertThat(answer.get(20, TimeUnit.SECONDS).body()).isEqualTo("slow");
        }
        assertThat(narrow.calls("/narrow/other")).isZero();
        until(() -> calls("active") == 0);
    }

    /** As shown for the narrow origin. */
    private double calls(String state) {
        return gateway.getBean(io.micrometer.core.instrument.MeterRegistry.class)
                .get("tidemark.origin.connections")
                .tag("origin", narrow.uri().getRawAuthority())
                .tag("state", state)
                .gauge()
                .value();
    }

    private static void until(java.util.function.BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited too long").isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void aPathWhoseConnectionsAreDroppedIsStoppedAndNoOther() throws Exception {
        origin.on("/origin/bad", _ -> {});
        origin.on("/origin/good", exchange -> send(exchange, 200, "well", "Cache-Control", "no-store"));
        int asked = 0;
        for (int i = 0; i < 120; i++) {
            HttpResponse<String> bad = get("/origin/bad?" + i);
            assertThat(bad.statusCode()).isIn(502, 503);
            asked += bad.statusCode() == 502 ? 1 : 0;
            if (i % 10 == 0) {
                assertThat(get("/origin/good").body()).isEqualTo("well");
            }
        }
        assertThat(asked).isBetween(20, 60);
        assertThat(get("/origin/good").body()).isEqualTo("well");
    }
}
