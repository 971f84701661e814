package io.tidemark.writequeue;

import static io.tidemark.writequeue.RunningService.is;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contracts.Topics;
import io.tidemark.local.backends.Backends;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.data.redis.core.StringRedisTemplate;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Writes as the state of 2026-11-22 left them in Redis and in the log: copies of what its own service wrote there. */
@Timeout(180)
class OlderWritesTest {
    private static final String KEYS = "tidemark:{writes}:";
    private static final String ORDER = "0b37ee52a1e2a97dd5d783be0f1e4a96";
    private static final String PRODUCT = "2778afc4d8a3cc4587910bddb628ef96";
    private static final String LOGGED_ORDER = """
        {"schema":1,"writeId":"0b37ee52a1e2a97dd5d783be0f1e4a96","type":"order.place","client":"anonymous",\
        "idempotencyKey":"0b37ee52a1e2a97dd5d783be0f1e4a96","orderingKey":"customer:mixed-1",\
        "data":{"customerId":"mixed-1","n":1},"requestId":"339063fc14ca253cda0afe29de366291","traceparent":null,\
        "acceptedAt":"2026-11-30T15:39:15.388Z"}\
        """;

    private static Map<String, Map<String, String>> statuses;
    private static ScriptedOrigin origin;
    private static RunningService service;
    private static StringRedisTemplate redis;

    @BeforeAll
    static void start() throws Exception {
        try (InputStream in = OlderWritesTest.class.getResourceAsStream("/records/statuses.json")) {
            statuses = new JsonMapper().readValue(in, new TypeReference<>() {});
        }
        origin = new ScriptedOrigin();
        service = new RunningService(Backends.shared(), origin.url());
        redis = service.context().getBean(StringRedisTemplate.class);
    }

    @AfterAll
    static void stop() {
        service.close();
        origin.close();
    }

    private static Map<String, String> put(String writeId, String state) {
        Map<String, String> status = Objects.requireNonNull(statuses.get(state));
        redis.delete(KEYS + "write:" + writeId);
        redis.opsForHash().putAll(KEYS + "write:" + writeId, status);
        return status;
    }

    private static void member(String set, String writeId, String score) {
        redis.opsForZSet().add(KEYS + set, writeId, Double.parseDouble(score));
    }

    @Test
    void thatWaitForTheirNextAttemptAreDeliveredWithTheirHistory() throws Exception {
        Map<String, String> status = put(ORDER, "retrying");
        member("depth:order.place", ORDER, Objects.requireNonNull(status.get("acceptedAt")));
        JsonNode shown = service.get("/v1/writes/" + ORDER).json();
        assertThat(shown.path("status").asString()).isEqualTo("retrying");
        assertThat(shown.path("nextAttemptAt").asString()).isEqualTo("2026-11-30T15:39:18.978Z");

        try (var producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", Backends.shared().kafka().bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(Topics.WRITES, status.get("orderingKey"), LOGGED_ORDER.getBytes(UTF_8)))
                    .get(30, TimeUnit.SECONDS);
            producer.close(Duration.ofSeconds(5));
        }
        JsonNode delivered = service.await(ORDER, is("delivered"));
        assertThat(delivered.path("attempts").size()).isEqualTo(2);
        assertThat(delivered.at("/attempts/0/status").asInt()).isEqualTo(503);
        assertThat(origin.bodies("/api/orders", "mixed-1")).hasSize(1);
        assertThat(redis.opsForZSet().score(KEYS + "depth:order.place", ORDER)).isNull();
    }

    @Test
    void thatAreDeadLettersAreBrowsedAndRedrivenFromTheRecordInRedis() throws Exception {
        Map<String, String> status = put(PRODUCT, "dead-lettered");
        member("dead", PRODUCT, Objects.requireNonNull(status.get("updatedAt")));
        JsonNode letter = service.get("/v1/dead-letters/" + PRODUCT).json();
        assertThat(letter.at("/data/name").asString()).isEqualTo("redriven");
        assertThat(letter.at("/attempts/0/status").asInt()).isEqualTo(400);
        assertThat(letter.path("reason").asString()).isEqualTo("the origin refused it with 400");

        assertThat(service.post("/v1/dead-letters/" + PRODUCT + "/redrive", "").status())
                .isEqualTo(202);
        JsonNode delivered = service.await(PRODUCT, is("delivered"));
        assertThat(delivered.path("redrives").asInt()).isEqualTo(1);
        assertThat(origin.calls("/api/products/mixed-1-dead")).hasSize(1);
        assertThat(redis.opsForZSet().score(KEYS + "dead", PRODUCT)).isNull();
    }

    @Test
    void thatAreDeliveredAreShown() {
        String id = PRODUCT.replace('2', 'f');
        put(id, "delivered");
        JsonNode shown = service.get("/v1/writes/" + id).json();
        assertThat(shown.path("status").asString()).isEqualTo("delivered");
        assertThat(shown.path("readAfter").asString()).isEqualTo("g2McZgSER8aUtiMmt8DjDQ:58");
        assertThat(shown.path("attempts").size()).isEqualTo(2);
    }
}
