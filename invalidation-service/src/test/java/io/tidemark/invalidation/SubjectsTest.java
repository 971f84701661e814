package io.tidemark.invalidation;

import static io.tidemark.invalidation.Requests.assertProblem;
import static io.tidemark.invalidation.Requests.eventually;
import static io.tidemark.invalidation.Requests.get;
import static io.tidemark.invalidation.Requests.json;
import static io.tidemark.invalidation.Requests.signed;
import static io.tidemark.invalidation.Requests.uri;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.contracts.Erasure;
import io.tidemark.contracts.Position;
import io.tidemark.contracts.RecordCodec;
import io.tidemark.contracts.Topics;
import io.tidemark.invalidation.log.ReceiptBoard;
import io.tidemark.local.backends.Backends;
import io.tidemark.state.keys.KeySet;
import io.tidemark.state.keys.UserNames;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.data.redis.core.StringRedisTemplate;
import tools.jackson.databind.JsonNode;

/** {@code DELETE /v1/subjects/{user}}, with a real Kafka and a real Redis. */
class SubjectsTest {
    private static final String KEY = "s1:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
    private static final String CRM = "whsec_Y3JtLW1heS1lcmFzZS1zdWJqZWN0cy0wMDAwMDE=";
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final UserNames NAMES = new UserNames(KeySet.parse("p", List.of(KEY)));

    private static ConfigurableApplicationContext service;

    @BeforeAll
    static void start() throws Exception {
        service = LocalService.start(
                "--tidemark.sources.crm.secrets=" + CRM,
                "--tidemark.sources.crm.subjects=true",
                "--tidemark.sources.crm.repurge-after=1ms",
                "--tidemark.subjects.keys=" + KEY,
                "--tidemark.subjects.regions=subjects-eu");
        eventually("ready", () -> service.getBean(ReceiptBoard.class).isCaughtUp());
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    private static HttpResponse<String> delete(String path, List<String> headers, String... more) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(service, path)).DELETE();
        if (!headers.isEmpty()) {
            request.headers(headers.toArray(String[]::new));
        }
        if (more.length > 0) {
            request.headers(more);
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static List<String> signedLine(String id, String line) throws Exception {
        return signed(CRM, id, Instant.now(), line);
    }

    private static void report(JsonNode accepted, String place, String store, long left) throws Exception {
        Position position = Position.parse(accepted.path("position").asString());
        Erasure erasure = new Erasure(
                Erasure.SCHEMA,
                place,
                position,
                accepted.path("id").asString(),
                1,
                1,
                Instant.now(),
                Map.of(store, new Erasure.Store(1, left)));
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of(
                        "bootstrap.servers", Backends.shared().kafka().bootstrapServers(), "acks", "all"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(
                            Topics.ERASURES, 0, place.getBytes(UTF_8), RecordCodec.ERASURE.encode(erasure)))
                    .get();
        }
    }

    private static JsonNode receipt(JsonNode accepted) throws Exception {
        return json(get(service, accepted.path("status").asString()));
    }

    @Test
    void isARecordOfTheLogAndCompleteWhenAllSayThatNothingIsLeft() throws Exception {
        String path = "/v1/subjects/canary-ann";
        HttpResponse<String> response = delete(path, signedLine("m1", "DELETE " + path));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
        JsonNode accepted = json(response);
        assertThat(response.headers().firstValue("Location"))
                .contains(accepted.path("status").asString());
        JsonNode open = receipt(accepted);
        assertThat(open.at("/targets/0/subject").asString()).isEqualTo(NAMES.of("canary-ann"));
        assertThat(open.path("complete").asBoolean()).isFalse();
        assertThat(open.at("/regions").propertyNames()).contains("subjects-eu", "write-queue");
        assertThat(open.at("/regions/subjects-eu/complete").asBoolean()).isFalse();
        report(accepted, "subjects-eu", "sessions", 1);
        eventually(
                "the report is read",
                () -> receipt(accepted)
                                .at("/regions/subjects-eu/stores/sessions/left")
                                .asInt()
                        == 1);
        assertThat(receipt(accepted).path("complete").asBoolean()).isFalse();
        report(accepted, "subjects-eu", "sessions", 0);
        eventually(
                "one place is done",
                () -> receipt(accepted).at("/regions/subjects-eu/complete").asBoolean());
        assertThat(receipt(accepted).path("complete").asBoolean())
                .as("the write queue is not")
                .isFalse();
        report(accepted, "write-queue", "writes", 0);
        eventually("complete", () -> receipt(accepted).path("complete").asBoolean());
        HttpResponse<String> again = delete(path, signedLine("m1", "DELETE " + path), "Prefer", "wait=10");
        assertThat(again.statusCode()).as("the same message again").isEqualTo(200);
        assertThat(json(again).path("position")).isEqualTo(accepted.path("position"));
        assertThat(json(again).path("complete").asBoolean()).isTrue();
        assertThat(receipt(accepted) + get(service, "/v1/purges").body()).doesNotContain("canary");
        StringRedisTemplate redis = service.getBean(StringRedisTemplate.class);
        assertThat(redis.keys("*")).noneMatch(key -> key.contains("canary"));
        assertThat(redis.opsForValue().get("tidemark:webhook:crm:m1"))
                .contains(accepted.path("id").asString())
                .doesNotContain("canary");
    }

    @Test
    void signsItsMethodAndItsPath() throws Exception {
        String path = "/v1/subjects/bob";
        assertProblem(delete(path, List.of()), 401, "webhook-unsigned", "webhook-id");
        assertProblem(
                delete(path, signedLine("m3", "DELETE /v1/subjects/ann")), 401, "webhook-wrong-signature", "path");
        assertProblem(delete(path, signedLine("m4", "GET " + path)), 401, "webhook-wrong-signature", "path");
        assertProblem(
                delete(path, signed(CRM, "m5", Instant.now().minusSeconds(400), "DELETE " + path)),
                401,
                "webhook-too-old",
                "5 minutes");
        assertThat(delete(path, signedLine("m6", "DELETE " + path)).statusCode())
                .isEqualTo(202);
        String other = "/v1/subjects/ann";
        assertProblem(delete(other, signedLine("m6", "DELETE " + other)), 409, "webhook-id-used", "another body");
    }

    @Test
    void mayBeSignedAsAnyMessageWhoseBodyIsEmpty() throws Exception {
        assertThat(delete("/v1/subjects/bob", signedLine("m9", "")).statusCode())
                .isEqualTo(202);
        assertProblem(delete("/v1/subjects/ann", signedLine("m9", "")), 409, "webhook-id-used", "another body");
        assertProblem(
                delete("/v1/subjects/bob", signed("m10", Instant.now(), "")),
                403,
                "subjects-not-allowed",
                ".subjects is not set");
    }

    @Test
    void aSourceThatMayNotEraseIsRefused() throws Exception {
        String path = "/v1/subjects/bob";
        assertProblem(
                delete(path, signed("m7", Instant.now(), "DELETE " + path)),
                403,
                "subjects-not-allowed",
                ".subjects is not set");
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/subjects/b%C3%B6b, 400, invalid-subject",
        "/v1/subjects/bob;v=1, 400, invalid-subject",
        "/v1/subjects/b%20ob, 400, invalid-subject",
        "/v1/subjects/bob?dry-run, 400, invalid-query",
        "/v1/subjects/, 404, not-found"
    })
    void whatIsNotUnderstoodErasesNothing(String path, int status, String type) throws Exception {
        String signed = "DELETE " + path.split("\\?", 2)[0];
        assertProblem(delete(path, signedLine("m-" + path.hashCode(), signed)), status, type, "");
    }

    @Test
    void aUserMayHaveASlash() throws Exception {
        String path = "/v1/subjects/org%2Fann";
        HttpResponse<String> response = delete(path, signedLine("m8", "DELETE " + path));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
        assertThat(receipt(json(response)).at("/targets/0/subject").asString()).isEqualTo(NAMES.of("org/ann"));
    }

    @Test
    void isWantedWithKeysRegionsAndTheScheme() {
        assertThatThrownBy(() -> LocalService.start("--tidemark.sources.catalog.subjects=true"))
                .rootCause()
                .hasMessageContaining("tidemark.subjects.keys");
    }
}
