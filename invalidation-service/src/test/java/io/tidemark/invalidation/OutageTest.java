package io.tidemark.invalidation;

import static io.tidemark.invalidation.Requests.eventually;
import static io.tidemark.invalidation.Requests.signed;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tidemark.local.backends.Backends;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

@DisplayName("The invalidation service, while its backends or its origin fail")
class OutageTest {
    private static final String BODY = "{\"targets\":[{\"tag\":\"product:42\"}]}";

    private static Backends backends;
    private static ConfigurableApplicationContext service;
    private static HttpServer origin;
    private static final Queue<String> FEED_ASKED = new ConcurrentLinkedQueue<>();
    private static final AtomicReference<String> VERSION = new AtomicReference<>("1");

    @BeforeAll
    static void start() throws Exception {
        backends = Backends.start(1);
        origin = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        origin.createContext("/version", exchange -> {
            byte[] version = VERSION.get().getBytes(UTF_8);
            exchange.sendResponseHeaders(version.length == 0 ? 500 : 200, version.length == 0 ? -1 : version.length);
            exchange.getResponseBody().write(version);
            exchange.close();
        });
        origin.createContext("/changes", OutageTest::feedThatLostItsCursor);
        origin.start();
        service = SpringApplication.run(
                InvalidationApplication.class,
                "--server.port=0",
                "--management.server.port=0",
                "--spring.profiles.active=local",
                "--spring.kafka.bootstrap-servers=" + backends.kafka().bootstrapServers(),
                "--spring.data.redis.url=" + backends.redis(0).url(),
                "--tidemark.pollers.shop.kind=version",
                "--tidemark.pollers.shop.url=http://127.0.0.1:"
                        + origin.getAddress().getPort() + "/version",
                "--tidemark.pollers.shop.interval=50ms",
                "--tidemark.pollers.shop.max-backoff=200ms",
                "--tidemark.pollers.shop.targets[0].prefix=/shop/",
                "--tidemark.pollers.feed.kind=changes",
                "--tidemark.pollers.feed.url=http://127.0.0.1:"
                        + origin.getAddress().getPort() + "/changes",
                "--tidemark.pollers.feed.interval=50ms",
                "--tidemark.pollers.feed.targets[0].tag={id}",
                "--tidemark.pollers.feed.when-lost[0].host=lost.example");
        eventually(
                "a purge is accepted", () -> post(UUID.randomUUID().toString()).statusCode() == 202);
    }

    @AfterAll
    static void stop() {
        service.close();
        origin.stop(0);
        backends.close();
    }

    @Test
    void withoutKafkaARequestIsRefusedInTimeAndItsIdStaysUsable() throws Exception {
        String id = UUID.randomUUID().toString();
        backends.kafka().kill();
        try {
            long start = System.nanoTime();
            HttpResponse<String> response = post(id);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
            assertUnavailable(response, "purge-log-unavailable");
        } finally {
            backends.kafka().start();
        }
        eventually("the same message is accepted", () -> {
            int status = post(id).statusCode();
            assertThat(status).isIn(202, 503);
            return status == 202;
        });
        assertThat(post(id).statusCode()).as("it is not published again").isEqualTo(200);
        eventually(
                "its receipt is there", () -> get("/v1/purges?limit=1").body().contains("\"complete\":true"));
    }

    @Test
    void withoutRedisARequestIsRefusedAtOnceAndAcceptedLater() throws Exception {
        String id = UUID.randomUUID().toString();
        backends.redis(0).kill();
        try {
            long start = System.nanoTime();
            HttpResponse<String> response = post(id);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
            assertUnavailable(response, "replay-protection-unavailable");
            assertThat(get("/v1/regions").statusCode()).isEqualTo(200);
        } finally {
            backends.redis(0).start();
        }
        eventually("the same message is accepted", () -> post(id).statusCode() == 202);
    }

    @Test
    void anOriginThatIsPolledPurgesWhenItsVersionChanges() throws Exception {
        eventually("it was polled", () -> get("/v1/regions").body().contains("\"lastSuccess\":\"2"));
        VERSION.set("");
        eventually("its failure is shown", () -> get("/v1/regions").body().contains("the origin answered 500"));
        VERSION.set("2");
        eventually(
                "the purge is there", () -> get("/v1/purges?limit=1000").body().contains("{\"prefix\":\"/shop/\"}"));
    }

    /** It gives the cursor {@code old}, does not know it any more, and gives {@code new}. */
    private static void feedThatLostItsCursor(HttpExchange exchange) throws IOException {
        String query = String.valueOf(exchange.getRequestURI().getQuery());
        FEED_ASKED.add(query);
        int status = query.equals("since=old") ? 410 : 200;
        String next = FEED_ASKED.contains("since=old") ? "new" : "old";
        byte[] body = (status == 410 ? "it is gone" : "{\"changes\":[],\"next\":\"" + next + "\"}").getBytes(UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Test
    void anOriginThatLostTheCursorIsAskedForANewOneAndThenEverythingIsPurged() throws Exception {
        eventually("it goes on from the new cursor", () -> FEED_ASKED.contains("since=new"));
        assertThat(FEED_ASKED).containsSubsequence("null", "since=old", "null", "since=new");
        eventually(
                "the purge is there",
                () -> get("/v1/purges?limit=1000").body().contains("{\"host\":\"lost.example\"}"));
    }

    private static void assertUnavailable(HttpResponse<String> response, String type) {
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).contains("urn:tidemark:problem:" + type);
        assertThat(response.headers().firstValueAsLong("Retry-After")).isPresent();
    }

    private static HttpResponse<String> post(String id) throws Exception {
        return Requests.post(service, "catalog", BODY, signed(id, Instant.now(), BODY));
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return Requests.get(service, path);
    }
}
