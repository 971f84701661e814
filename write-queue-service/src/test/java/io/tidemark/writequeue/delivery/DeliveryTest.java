package io.tidemark.writequeue.delivery;

import static io.tidemark.writequeue.RunningService.is;
import static io.tidemark.writequeue.RunningService.order;
import static io.tidemark.writequeue.RunningService.unique;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.contracts.Position;
import io.tidemark.contracts.RecordCodec;
import io.tidemark.contracts.Target;
import io.tidemark.contracts.Topics;
import io.tidemark.local.backends.Backends;
import io.tidemark.writequeue.Logs;
import io.tidemark.writequeue.RunningService;
import io.tidemark.writequeue.RunningService.Reply;
import io.tidemark.writequeue.ScriptedOrigin;
import io.tidemark.writequeue.ScriptedOrigin.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/**
 * How writes reach an origin that is not always well, in the whole service with a real Kafka and a real Redis. Retry delays
 * are a hundredth of the documented ones.
 */
@Timeout(180)
class DeliveryTest {
    private static ScriptedOrigin origin;
    private static RunningService service;

    @BeforeAll
    static void start() {
        origin = new ScriptedOrigin();
        service = new RunningService(
                Backends.shared(),
                origin.url(),
                "tidemark.writes.delivery.retry.base=10ms",
                "tidemark.writes.delivery.retry.max=300ms",
                "tidemark.writes.types.[shallow.order].origin=catalog",
                "tidemark.writes.types.[shallow.order].path=/api/shallow",
                "tidemark.writes.types.[shallow.order].ordering-key=shallow",
                "tidemark.writes.types.[shallow.order].max-depth=3");
    }

    @AfterAll
    static void stop() {
        service.close();
        origin.close();
    }

    @Nested
    class AFailingOrigin {
        @Test
        void isTriedAgainWithGrowingDelaysAndThenGivenUp() throws Exception {
            String id = unique("p");
            origin.script(
                    "/api/products/" + id,
                    IntStream.range(0, 6).mapToObj(_ -> Answer.of(503)).toArray(Answer[]::new));
            String writeId = service.accept("{\"type\":\"product.update\",\"data\":{\"id\":\"" + id + "\"}}");

            JsonNode status = service.await(writeId, is("dead-lettered"));
            assertThat(origin.calls("/api/products/" + id)).hasSize(6);
            assertThat(StreamSupport.stream(status.path("attempts").spliterator(), false)
                            .map(attempt -> attempt.path("retryInMs").asInt(0)))
                    .containsExactly(20, 40, 80, 160, 300, 0);
            assertThat(status.path("reason").asString()).contains("6 attempts", "503");
        }

        @Test
        void delaysOnlyItsOwnKeyWhichStaysInOrder() throws Exception {
            String slow = unique("slow");
            String other = unique("other");
            origin.otherwise(call -> Answer.of(
                    call.body().contains(slow)
                                    && origin.bodies("/api/orders", slow).size() < 4
                            ? 500
                            : 200));
            try {
                String first = service.accept(order(slow, Map.of("n", 1)));
                String second = service.accept(order(slow, Map.of("n", 2)));
                String free = service.accept(order(other, Map.of("n", 1)));
                service.await(free, is("delivered"));
                service.await(second, is("delivered"));
                assertThat(service.get("/v1/writes/" + first)
                                .json()
                                .path("status")
                                .asString())
                        .isEqualTo("delivered");
                assertThat(origin.bodies("/api/orders", slow).stream().map(body -> body.contains("\"n\":1") ? 1 : 2))
                        .containsExactly(1, 1, 1, 1, 2);
            } finally {
                origin.otherwise(_ -> Answer.of(200));
            }
        }

        @Test
        void refusingForGoodMakesADeadLetterAtOnce() throws Exception {
            String id = unique("p");
            origin.script("/api/products/" + id, new Answer(422, Map.of(), "no such price"));
            String writeId = service.accept("{\"type\":\"product.update\",\"data\":{\"id\":\"" + id + "\"}}");
            JsonNode status = service.await(writeId, is("dead-lettered"));
            assertThat(status.path("attempts").size()).isEqualTo(1);
            assertThat(status.path("attempts").path(0).path("answer").asString())
                    .isEqualTo("no such price");
        }

        @Test
        void hangingUpIsTriedAgain() throws Exception {
            String id = unique("p");
            // one that is lost with a connection that was kept is made again at once, and is no attempt: so two
            origin.script(
                    "/api/products/" + id,
                    Answer.of(-1),
                    Answer.of(-1),
                    new Answer(429, Map.of("Retry-After", "1"), ""));
            String writeId = service.accept("{\"type\":\"product.update\",\"data\":{\"id\":\"" + id + "\"}}");
            JsonNode status = service.await(writeId, is("delivered"));
            assertThat(status.path("attempts").path(0).path("error").asString()).isNotEmpty();
            assertThat(status.path("attempts").findValuesAsString("retryInMs")).contains("1000");
        }
    }

    @Nested
    class AFullQueue {
        @Test
        void refusesBeforeAnythingIsStoredAndTakesWritesAgainWhenItHasShrunk() throws Exception {
            String write = "{\"type\":\"shallow.order\",\"data\":{}}";
            CountDownLatch answerable = new CountDownLatch(1);
            origin.otherwise(call -> {
                awaitQuietly(answerable);
                return Answer.of(200);
            });
            List<String> accepted = new ArrayList<>();
            try {
                for (int n = 0; n < 3; n++) {
                    accepted.add(service.accept(write));
                }
                Reply refused = service.post("/v1/writes", write, "Idempotency-Key", "of-the-fourth");
                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.header("Retry-After")).isNotEmpty();
                assertThat(refused.json().path("type").asString()).isEqualTo("urn:tidemark:problem:queue-full");
            } finally {
                answerable.countDown();
                origin.otherwise(_ -> Answer.of(200));
            }
            for (String writeId : accepted) {
                service.await(writeId, is("delivered"));
            }
            service.accept(write, "Idempotency-Key", "of-the-fourth");
        }

        private static void awaitQuietly(CountDownLatch latch) {
            try {
                assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Test
    void aDeliveredWriteIsInThePurgeLogWithWhatTheOriginInvalidates() throws Exception {
        String id = unique("p");
        origin.script(
                "/api/products/" + id,
                new Answer(204, Map.of("Cache-Group-Invalidation", "\"shelf-7\", \"tops\""), ""));
        String writeId = service.accept("{\"type\":\"product.update\",\"data\":{\"id\":\"" + id + "\"}}");
        String readAfter =
                service.await(writeId, is("delivered")).path("readAfter").asString();

        var purge = Logs.read(Backends.shared().kafka(), Topics.PURGES).stream()
                .filter(found -> new String(found.value(), UTF_8).contains(writeId))
                .findFirst()
                .orElseThrow();
        assertThat(RecordCodec.PURGE.decode(purge.value()).targets())
                .containsExactly(Target.tag("product:" + id), Target.tag("shelf-7"), Target.tag("tops"));
        assertThat(Position.parse(readAfter).offset()).isEqualTo(purge.offset());
    }

    @Test
    void aGroupThatNoPurgeCanNameIsLeftOutAndTheWriteDeliveredOnce() throws Exception {
        String id = unique("p");
        origin.script(
                "/api/products/" + id,
                new Answer(
                        200,
                        Map.of("Cache-Group-Invalidation", "\"" + "x".repeat(2049) + "\", \"a, b\";n=\"c, d\""),
                        ""));
        double before = droppedGroups();
        String writeId = service.accept("{\"type\":\"product.update\",\"data\":{\"id\":\"" + id + "\"}}");
        service.await(writeId, is("delivered"));

        assertThat(origin.calls("/api/products/" + id)).hasSize(1);
        assertThat(droppedGroups()).isEqualTo(before + 1);
        var purge = Logs.read(Backends.shared().kafka(), Topics.PURGES).stream()
                .filter(found -> new String(found.value(), UTF_8).contains(writeId))
                .findFirst()
                .orElseThrow();
        assertThat(RecordCodec.PURGE.decode(purge.value()).targets())
                .containsExactly(Target.tag("product:" + id), Target.tag("a, b"));
    }

    private static double droppedGroups() {
        return service.context()
                .getBean(MeterRegistry.class)
                .get("tidemark.writes.groups.dropped")
                .counter()
                .count();
    }
}
