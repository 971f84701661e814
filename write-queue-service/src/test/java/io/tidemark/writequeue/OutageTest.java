package io.tidemark.writequeue;

import static io.tidemark.writequeue.RunningService.heldOrder;
import static io.tidemark.writequeue.RunningService.is;
import static io.tidemark.writequeue.RunningService.order;
import static io.tidemark.writequeue.RunningService.unique;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.local.backends.Backends;
import io.tidemark.writequeue.RunningService.Reply;
import io.tidemark.writequeue.ScriptedOrigin.Answer;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import tools.jackson.databind.JsonNode;

/** Kafka, Redis, the origin and the service itself go and come back. */
@Timeout(300)
class OutageTest {
    private static Backends backends;
    private static ScriptedOrigin origin;

    @BeforeAll
    static void start() {
        backends = Backends.start(1);
        origin = new ScriptedOrigin();
    }

    @AfterAll
    static void stop() {
        origin.close();
        backends.close();
    }

    private static RunningService service() {
        return new RunningService(
                backends,
                origin.url(),
                "tidemark.writes.log.timeout=2s",
                "tidemark.writes.delivery.session-timeout=15s",
                "tidemark.writes.delivery.retry.base=100ms");
    }

    /** In {@code redis.conf}'s words. */
    private static void configure(RunningService service, String setting, String value) {
        try (var connection =
                service.context().getBean(RedisConnectionFactory.class).getConnection()) {
            connection.serverCommands().setConfig(setting, value);
        }
    }

    @Test
    void ofARedisThatTakesNoWritesIsSeenInHealthAndSaidInItsWords() throws Exception {
        try (RunningService service = service()) {
            configure(service, "min-replicas-to-write", "1");
            try {
                Reply health = service.manage("/actuator/health");
                assertThat(health.json().at("/components/redis/status").asString())
                        .isEqualTo("DOWN");
                assertThat(health.json().at("/components/redis/details/error").asString())
                        .contains("Not enough good replicas to write");
                Reply refused = service.post("/v1/writes", order(unique("c"), Map.of()));
                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.json().path("detail").asString()).contains("not accepted");
            } finally {
                configure(service, "min-replicas-to-write", "0");
            }
            service.await(acceptAtLast(service, order(unique("c"), Map.of()), unique("k")), is("delivered"));
            assertThat(service.manage("/actuator/health")
                            .json()
                            .at("/components/redis/status")
                            .asString())
                    .isEqualTo("UP");
        }
    }

    /** Repeats a request until it is accepted. */
    private static String acceptAtLast(RunningService service, String body, String key) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (true) {
            Reply reply = service.post("/v1/writes", body, "Idempotency-Key", key);
            if (reply.status() == 202) {
                return reply.json().path("writeId").asString();
            }
            assertThat(reply.status()).isIn(503, 409);
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.sleep(200);
        }
    }

    private static long calls(String key) {
        return origin.calls().stream()
                .filter(call -> call.header("Idempotency-key").equals(key))
                .count();
    }

    @Test
    void withoutTheLogNothingIsAcceptedAndNothingThatWasRefusedIsDoubled() throws Exception {
        try (RunningService service = service()) {
            String body = order(unique("c"), Map.of());
            String refusedForGood = unique("refused");
            String repeated = unique("repeated");
            service.await(acceptAtLast(service, order(unique("c"), Map.of()), unique("k")), is("delivered"));

            backends.kafka().kill();
            for (String key : new String[] {refusedForGood, repeated}) {
                long start = System.nanoTime();
                Reply reply = service.post("/v1/writes", body, "Idempotency-Key", key);
                assertThat(reply.status()).isEqualTo(503);
                assertThat(reply.header("Retry-After")).isNotEmpty();
                assertThat(reply.json().path("type").asString()).isEqualTo("urn:tidemark:problem:store-unavailable");
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
            }
            backends.kafka().start();

            service.await(acceptAtLast(service, body, repeated), is("delivered"));
            assertThat(calls(repeated)).isEqualTo(1);
            assertThat(calls(refusedForGood)).isZero();
        }
    }

    @Test
    void aLogThatComesLaterThanTheServiceIsWaitedFor() throws Exception {
        backends.kafka().kill();
        try (RunningService service = RunningService.started(
                origin.url(),
                "spring.kafka.bootstrap-servers=" + backends.kafka().bootstrapServers(),
                "spring.data.redis.url=" + backends.redis(0).url(),
                "tidemark.writes.log.timeout=2s")) {
            String key = unique("early");
            assertThat(service.post("/v1/writes", order(unique("c"), Map.of()), "Idempotency-Key", key)
                            .status())
                    .isEqualTo(503);
            assertThat(service.manage("/actuator/health/readiness").status()).isEqualTo(503);
            assertThat(service.manage("/actuator/health/liveness").status()).isEqualTo(200);
            backends.kafka().start();
            service.await(acceptAtLast(service, order(unique("c"), Map.of()), unique("late")), is("delivered"));
            assertThat(service.manage("/actuator/health/readiness").status()).isEqualTo(200);
            assertThat(calls(key)).isZero();
        } finally {
            backends.kafka().start();
        }
    }

    @Test
    void withoutTheStatusStoreNothingIsAcceptedAndWhatWasGoesOnAfterIt() throws Exception {
        try (RunningService service = service()) {
            String key = unique("k");
            String body = order(unique("c"), Map.of());
            backends.redis(0).kill();
            Reply reply = service.post("/v1/writes", body, "Idempotency-Key", key);
            assertThat(reply.status()).isEqualTo(503);
            assertThat(reply.json().path("detail").asString())
                    .as("an earlier request may have been accepted")
                    .contains("not accepted by this request", "earlier one");
            assertThat(service.get("/v1/writes/none").status()).isEqualTo(503);
            backends.redis(0).start();

            service.await(acceptAtLast(service, body, key), is("delivered"));
            assertThat(calls(key)).isEqualTo(1);
        }
    }

    @Test
    void aWriteThatWaitsSurvivesTheServiceWithItsAttempts() throws Exception {
        String key = unique("k");
        String writeId;
        origin.otherwise(_ -> Answer.of(503));
        try (RunningService first = service()) {
            writeId = acceptAtLast(first, order(unique("c"), Map.of()), key);
            first.await(writeId, status -> status.path("attempts").size() >= 2);
        }
        origin.otherwise(_ -> Answer.of(200));
        try (RunningService second = service()) {
            JsonNode status = second.await(writeId, is("delivered"));
            JsonNode last = status.path("attempts").path(status.path("attempts").size() - 1);
            assertThat(last.path("number").asInt())
                    .isEqualTo(status.path("attempts").size());
            assertThat(calls(key)).isEqualTo(status.path("attempts").size());
        }
    }

    @Nested
    class AFullStatusStore {
        @Test
        void refusesNewWritesAndLetsTheAcceptedOnesEnd() throws Exception {
            try (RunningService service = service()) {
                String waiting = unique("waiting");
                origin.otherwise(_ -> Answer.of(503));
                String writeId = acceptAtLast(service, order(unique("c"), Map.of()), waiting);
                service.await(writeId, status -> !status.path("attempts").isEmpty());
                configure(service, "maxmemory", "1");
                try {
                    Reply refused = service.post("/v1/writes", order(unique("c"), Map.of()));
                    assertThat(refused.status()).isEqualTo(503);
                    assertThat(refused.header("Retry-After")).isNotEmpty();
                    JsonNode health = service.manage("/actuator/health").json().at("/components/redis");
                    assertThat(health.path("status").asString()).isEqualTo("DOWN");
                    assertThat(health.at("/details/error").asString()).contains("OOM command not allowed");
                    origin.otherwise(_ -> Answer.of(200));
                    service.await(writeId, is("delivered"));
                } finally {
                    configure(service, "maxmemory", "0");
                    origin.otherwise(_ -> Answer.of(200));
                }
                assertThat(service.post("/v1/writes", order(unique("c"), Map.of()))
                                .status())
                        .isEqualTo(202);
            }
        }
    }

    @Nested
    class AnEmptiedStatusStore {
        private static final Answer REFUSED = new Answer(400, Map.of(), "not like this");

        @Test
        void getsItsDeadLettersBackBeforeAnythingIsDelivered() throws Exception {
            String customer = unique("c");
            origin.otherwise(call -> call.body().contains("refuse") ? REFUSED : Answer.of(200));
            try (RunningService service = service()) {
                String held = dead(service, heldOrder(customer, "refuse"));
                String behind = service.accept(heldOrder(customer, "fine"));
                String discarded = dead(service, order(unique("c"), Map.of("n", "refuse")));
                String redriven = dead(service, order(unique("c"), Map.of("n", "refuse")));
                String left = dead(service, order(unique("c"), Map.of("n", "refuse")));
                service.post("/v1/dead-letters/" + discarded + "/discard", "{\"reason\":\"a test\"}");
                origin.otherwise(call -> call.body().contains("refuse")
                                && !call.header("Idempotency-key").equals(redriven)
                        ? REFUSED
                        : Answer.of(200));
                service.post("/v1/dead-letters/" + redriven + "/redrive", "");
                service.await(redriven, is("delivered"));

                try (var connection =
                        service.context().getBean(RedisConnectionFactory.class).getConnection()) {
                    connection.serverCommands().flushAll();
                }

                JsonNode back = service.await(held, is("dead-lettered"));
                assertThat(back.path("reason").asString()).contains("refused it with 400");
                assertThat(back.at("/attempts/0/answer").asString()).isEqualTo("not like this");
                service.await(left, is("dead-lettered"));
                assertThat(service.get("/v1/dead-letters")
                                .json()
                                .path("deadLetters")
                                .valueStream()
                                .map(letter -> letter.path("writeId").asString()))
                        .containsExactlyInAnyOrder(held, left);
                service.await(behind, is("accepted"));
                assertThat(calls(behind)).isZero();

                origin.otherwise(_ -> Answer.of(200));
                assertThat(service.post("/v1/dead-letters/" + held + "/redrive", "")
                                .status())
                        .isEqualTo(202);
                service.await(behind, is("delivered"));
                assertThat(origin.calls("/api/held").stream().map(call -> call.header("Idempotency-key")))
                        .containsExactly(held, held, behind);
            } finally {
                origin.otherwise(_ -> Answer.of(200));
            }
        }

        private static String dead(RunningService service, String body) throws InterruptedException {
            String writeId = service.accept(body);
            service.await(writeId, is("dead-lettered"));
            return writeId;
        }
    }
}
