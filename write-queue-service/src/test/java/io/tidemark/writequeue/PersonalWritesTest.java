package io.tidemark.writequeue;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.ByteArrayCodec;
import io.tidemark.commons.purgelog.PurgeLog;
import io.tidemark.contracts.Erasure;
import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.RecordCodec;
import io.tidemark.contracts.Target;
import io.tidemark.contracts.Topics;
import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.Backends;
import io.tidemark.local.backends.Redis;
import io.tidemark.state.keys.KeySet;
import io.tidemark.state.keys.UserNames;
import io.tidemark.writequeue.RunningService.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Writes of persons, on a real Redis and a real Kafka: sealed wherever they lie, delivered as they came, gone when erased. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PersonalWritesTest {
    private static final String KEY = "k1:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
    private static final UserNames NAMES = new UserNames(KeySet.parse("p", List.of(KEY)));
    private static final Duration SOON = Duration.ofSeconds(60);

    private Backends backends;
    private ScriptedOrigin origin;
    private RunningService service;

    @BeforeAll
    void start() {
        backends = Backends.shared();
        origin = new ScriptedOrigin();
        service = new RunningService(
                backends,
                origin.url(),
                "tidemark.writes.types.[order.place].personal=true",
                "tidemark.writes.personal.subject-keys=" + KEY,
                "tidemark.writes.personal.data-keys=" + KEY,
                "tidemark.writes.delivery.retry.attempts=12",
                "spring.kafka.consumer.group-id=personal-" + UUID.randomUUID());
    }

    @AfterAll
    void stop() {
        service.close();
        origin.close();
    }

    private String accept(String client, String body, String... more) {
        String[] headers = new String[more.length + 2];
        headers[0] = "X-Client-Id";
        headers[1] = client;
        System.arraycopy(more, 0, headers, 2, more.length);
        return service.accept(body, headers);
    }

    private static String order(String customer) {
        return RunningService.order(customer, Map.of("note", "canary-note of " + customer));
    }

    private String everything() {
        RedisClient client = RedisClient.create(backends.redis(0).url());
        StringBuilder all = new StringBuilder();
        try (var connection = client.connect(ByteArrayCodec.INSTANCE)) {
            connection.sync().configSet("rdbcompression", "no");
            for (byte[] key : connection.sync().keys("*")) {
                byte[] dump = connection.sync().dump(key);
                all.append(new String(key, ISO_8859_1)).append(dump == null ? "" : new String(dump, ISO_8859_1));
            }
        } finally {
            client.shutdown(0, 1, TimeUnit.SECONDS);
        }
        for (String topic : List.of(Topics.WRITES, Topics.DEAD_WRITES, Topics.PURGES, Topics.ERASURES)) {
            Logs.read(backends.kafka(), topic)
                    .forEach(record -> all.append(record.key()).append(new String(record.value(), UTF_8)));
        }
        return all.toString();
    }

    private JsonNode status(String writeId, String client) {
        return service.get("/v1/writes/" + writeId, "X-Client-Id", client).json();
    }

    private Purge erase(String user) {
        Purge purge = new Purge(
                UUID.randomUUID().toString(),
                "crm",
                NAMES.all(user).stream().map(Target::subject).toList(),
                Purge.Mode.HARD,
                null,
                Instant.now());
        service.context().getBean(PurgeLog.class).publish(purge).join();
        return purge;
    }

    private List<Erasure> reports(Purge purge) {
        return Logs.read(backends.kafka(), Topics.ERASURES).stream()
                .map(record -> RecordCodec.ERASURE.decode(record.value()))
                .filter(erasure -> erasure.purgeId().equals(purge.id()))
                .toList();
    }

    @Test
    void areSealedWhereverTheyLieAndDeliveredAsTheyCame() throws Exception {
        String user = RunningService.unique("canary-sue");
        String writeId = accept(user, order(user), "Idempotency-Key", "k1");
        service.await(writeId, RunningService.is("delivered"), "X-Client-Id", user);
        assertThat(origin.bodies("/api/orders", user))
                .singleElement()
                .asString()
                .contains("canary-note");
        assertThat(status(writeId, user).path("client").asString()).isEqualTo(user);
        assertThat(service.get("/v1/writes/" + writeId, "X-Client-Id", "another")
                        .status())
                .isEqualTo(404);
        assertThat(service.post("/v1/writes", order(user), "X-Client-Id", user, "Idempotency-Key", "k1")
                        .header("Idempotency-Replayed"))
                .isEqualTo("true");
        assertThat(service.post("/v1/writes", order("7"), "X-Client-Id", user, "Idempotency-Key", "k1")
                        .status())
                .isEqualTo(422);
        String dead = RunningService.unique("canary-dee");
        origin.otherwise(call -> call.body().contains(dead)
                ? new ScriptedOrigin.Answer(400, Map.of(), "canary-answer")
                : ScriptedOrigin.Answer.of(200));
        String deadId = accept(dead, order(dead));
        service.await(deadId, RunningService.is("dead-lettered"), "X-Client-Id", dead);
        Reply letter = service.get("/v1/dead-letters/" + deadId, "X-Client-Id", dead);
        assertThat(letter.json().at("/data/note").asString()).startsWith("canary-note");
        assertThat(service.get("/v1/dead-letters", "X-Client-Id", dead)
                        .json()
                        .at("/deadLetters/0/writeId")
                        .asString())
                .isEqualTo(deadId);
        String all = everything();
        assertThat(all).contains(writeId, deadId).doesNotContain("canary");
    }

    @Test
    void endAsErasedAndAreNeverDelivered() throws Exception {
        String user = RunningService.unique("canary-eve");
        String other = RunningService.unique("bob");
        origin.otherwise(call -> ScriptedOrigin.Answer.of(
                call.body().contains(other) ? 200 : call.body().contains("dead") ? 400 : 503));
        String dead = accept(user, RunningService.order(user, Map.of("n", "dead")));
        service.await(dead, RunningService.is("dead-lettered"), "X-Client-Id", user);
        String retried = accept(user, order(user));
        String waiting = accept(user, order(user));
        String others = accept(other, order(other));
        service.await(retried, status -> status.path("attempts").size() > 0, "X-Client-Id", user);

        Purge purge = erase(user);
        await().atMost(SOON).until(() -> !reports(purge).isEmpty());
        int calls = origin.bodies("/api/orders", user).size();
        origin.otherwise(_ -> ScriptedOrigin.Answer.of(200));
        assertThat(reports(purge)).allSatisfy(report -> {
            assertThat(report.region()).isEqualTo(Erasure.WRITE_QUEUE);
            assertThat(report.stores())
                    .containsOnlyKeys("writes", "dead-letters", "keys")
                    .allSatisfy((_, store) -> assertThat(store.left()).isZero());
        });
        assertThat(reports(purge).getFirst().stores())
                .containsEntry("writes", new Erasure.Store(2, 0))
                .containsEntry("dead-letters", new Erasure.Store(1, 0))
                .containsEntry("keys", new Erasure.Store(1, 0));
        for (String id : List.of(dead, retried, waiting)) {
            assertThat(status(id, user).path("status").asString()).isEqualTo("erased");
        }
        assertThat(service.post("/v1/dead-letters/" + dead + "/redrive", "", "X-Client-Id", user)
                        .status())
                .isEqualTo(409);
        service.await(others, RunningService.is("delivered"), "X-Client-Id", other);
        Position at = reports(purge).getFirst().position();
        assertThat(service.post(
                                "/v1/writes",
                                order(user),
                                "X-Client-Id",
                                user,
                                "X-Edge-Position",
                                new Position(at.epoch(), at.offset() - 1).toString())
                        .status())
                .as("a request that was under way when its client was erased")
                .isEqualTo(410);
        String again = accept(user, order(user), "X-Edge-Position", at.toString()); // the person is free to come again
        service.await(again, RunningService.is("delivered"), "X-Client-Id", user);
        assertThat(origin.bodies("/api/orders", user))
                .as("of what waited nothing was delivered after the report")
                .hasSize(calls + 1);
        assertThat(everything()).doesNotContain("canary");
    }

    /** The other service cannot open what is taken here, and lays it aside. */
    @Test
    void areNotTakenWhileTheirKeysAreAway() {
        Redis keys = Redis.create(BackendOptions.named("redis-write-keys").withMode(BackendMode.EMBEDDED));
        keys.start();
        try (RunningService apart = new RunningService(
                backends,
                origin.url(),
                "tidemark.writes.types.[order.place].personal=true",
                "tidemark.writes.personal.subject-keys=" + KEY,
                "tidemark.writes.personal.data-keys=" + KEY,
                "tidemark.writes.personal.key-store.url=" + keys.url(),
                "spring.kafka.consumer.group-id=keys-apart-" + UUID.randomUUID())) {
            String user = RunningService.unique("canary-ivy");
            apart.accept(order(user), "X-Client-Id", user);
            assertThat(everything()).doesNotContain("tidemark:datakey:{" + NAMES.of(user));
            keys.close();
            Reply refused = apart.post("/v1/writes", order(user), "X-Client-Id", user);
            assertThat(refused.status()).as(refused.response().body()).isEqualTo(503);
            assertThat(refused.header("Retry-After")).isNotEmpty();
            assertThat(refused.json().path("type").asString()).endsWith(":store-unavailable");
            String product = "{\"type\":\"product.update\",\"data\":{\"id\":\"7\",\"name\":\"n\"}}";
            assertThat(apart.post("/v1/writes", product, "X-Client-Id", "nobody")
                            .status())
                    .as("a write of no person goes on")
                    .isEqualTo(202);
            assertThat(apart.manage("/actuator/health/readiness").status()).isEqualTo(200);
            assertThat(everything()).doesNotContain("canary");
        }
    }
}
