package io.tidemark.invalidation;

import static io.tidemark.invalidation.Requests.eventually;
import static io.tidemark.invalidation.Requests.signed;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tidemark.commons.topics.TopicWatch;
import io.tidemark.contracts.Topics;
import io.tidemark.local.backends.Backends;
import io.tidemark.local.backends.RedisCommand;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

@DisplayName("The invalidation service, while its backends or its origin fail")
class OutageTest {
    private static final String BODY = "{\"targets\":[{\"tag\":\"product:42\"}]}";

    private static Backends backends;
    private static ConfigurableApplicationContext service;
    private static HttpServer origin;
    private static final Queue<String> FEED_ASKED = new ConcurrentLinkedQueue<>();
    private static final AtomicInteger POLLS = new AtomicInteger();
    private static final AtomicReference<String> VERSION = new AtomicReference<>("1");

    @BeforeAll
    static void start() throws Exception {
        backends = Backends.start(1);
        try (Admin admin = admin()) { // as an administrator who means well
            admin.createTopics(List.of(new NewTopic(Topics.PURGES, 3, (short) 1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
        origin = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        origin.createContext("/version", exchange -> {
            POLLS.incrementAndGet();
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

    private static Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", backends.kafka().bootstrapServers()));
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
    void ofAPurgeLogWithThreePartitionsTheFirstIsUsedAndReceiptsCome() throws Exception {
        HttpResponse<String> receipt = Requests.post(
                service,
                "catalog",
                BODY,
                signed(UUID.randomUUID().toString(), Instant.now(), BODY),
                "Prefer",
                "wait=30");
        assertThat(receipt.statusCode()).as(receipt.body()).isEqualTo(200);
        try (Admin admin = admin()) {
            for (int partition = 1; partition < 3; partition++) {
                var other = new TopicPartition(Topics.PURGES, partition);
                assertThat(admin.listOffsets(Map.of(other, OffsetSpec.latest()))
                                .partitionResult(other)
                                .get(30, TimeUnit.SECONDS)
                                .offset())
                        .isZero();
            }
        }
    }

    @Test
    void whatFitsIsSaidWhereTheBrokerTakesNoMoreAndWhatIsSmallerIsTaken() throws Exception {
        String large = IntStream.range(0, 400)
                .mapToObj(n -> "{\"tag\":\"" + "t".repeat(60) + n + "\"}")
                .collect(Collectors.joining(",", "{\"targets\":[", "]}"));
        configurePurgeLog("20000", AlterConfigOp.OpType.SET);
        try {
            AtomicReference<HttpResponse<String>> last = new AtomicReference<>();
            eventually("the broker's limit is known", () -> {
                service.getBean(TopicWatch.class).lookSoon();
                last.set(Requests.post(service, "catalog", large, signed(large)));
                return last.get().statusCode() == 413
                        && last.get().body().matches("(?s).*at most 1[89]\\d\\d\\d fit.*");
            });
            assertThat(post(UUID.randomUUID().toString()).statusCode()).isEqualTo(202);
        } finally {
            configurePurgeLog("", AlterConfigOp.OpType.DELETE);
            service.getBean(TopicWatch.class).lookSoon();
        }
    }

    private static void configurePurgeLog(String maxMessageBytes, AlterConfigOp.OpType how) throws Exception {
        var change = new AlterConfigOp(new ConfigEntry("max.message.bytes", maxMessageBytes), how);
        try (Admin admin = admin()) {
            admin.incrementalAlterConfigs(
                            Map.of(new ConfigResource(ConfigResource.Type.TOPIC, Topics.PURGES), List.of(change)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
    }

    /** Whatever it says then, the message can be sent again, and is taken once. */
    @ParameterizedTest
    @CsvSource({
        "CONFIG SET maxmemory 1, CONFIG SET maxmemory 0, OOM command not allowed",
        "REPLICAOF 127.0.0.1 1, REPLICAOF NO ONE, READONLY"
    })
    void aRedisThatTakesNoWritesIsSeenInHealthInItsWords(String begin, String end, String words) throws Exception {
        String id = UUID.randomUUID().toString();
        int port = backends.redis(0).port();
        RedisCommand.send(port, begin.split(" "));
        try {
            assertUnavailable(post(id), "replay-protection-unavailable");
            eventually(
                    "health has its words",
                    () -> health().at("/details/why").asString().contains(words));
            assertThat(health().path("status").asString()).isEqualTo("DOWN");
        } finally {
            RedisCommand.send(port, end.split(" "));
        }
        eventually("the same message is accepted", () -> post(id).statusCode() == 202);
        assertThat(post(id).statusCode()).as("once").isEqualTo(200);
        eventually("health is well", () -> health().path("status").asString().equals("UP"));
    }

    @Test
    void aRedisThatForgotAllLetsNoMessageBeTakenTwice() throws Exception {
        String id = UUID.randomUUID().toString();
        HttpResponse<String> taken = post(id);
        assertThat(taken.statusCode()).isEqualTo(202);
        String receipt = Requests.json(taken).path("status").asString();
        eventually("the log is read that far", () -> get(receipt).statusCode() == 200);
        RedisCommand.send(backends.redis(0).port(), "FLUSHALL");
        assertThat(post(id).statusCode()).isEqualTo(200);
        assertThat(post(UUID.randomUUID().toString()).statusCode()).isEqualTo(202);
    }

    private static JsonNode health() throws Exception {
        return Requests.json(Requests.health(service, "")).at("/components/redis");
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void anOriginThatIsPolledPurgesWhenItsVersionChangesAndItsFailureIsSaidOnce(CapturedOutput said) throws Exception {
        eventually("it was polled", () -> get("/v1/regions").body().contains("\"lastSuccess\":\"2"));
        VERSION.set("");
        eventually("its failure is shown", () -> get("/v1/regions").body().contains("the origin answered 500"));
        int polls = POLLS.get();
        eventually("it was asked five times more", () -> POLLS.get() >= polls + 5);
        assertThat(said.getAll().lines().filter(line -> line.contains("oller shop fail") && line.contains("500")))
                .hasSize(1);
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
