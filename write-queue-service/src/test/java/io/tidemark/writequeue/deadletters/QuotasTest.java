package io.tidemark.writequeue.deadletters;

import static io.tidemark.writequeue.RunningService.is;
import static io.tidemark.writequeue.RunningService.order;
import static io.tidemark.writequeue.RunningService.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.local.backends.Backends;
import io.tidemark.writequeue.RunningService;
import io.tidemark.writequeue.RunningService.Reply;
import io.tidemark.writequeue.ScriptedOrigin;
import io.tidemark.writequeue.ScriptedOrigin.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.data.redis.core.StringRedisTemplate;

/** What clients may leave behind, and hold at once. */
@Timeout(180)
class QuotasTest {
    private static ScriptedOrigin origin;
    private static RunningService service;

    @BeforeAll
    static void start() {
        origin = new ScriptedOrigin();
        service = new RunningService(
                Backends.shared(),
                origin.url(),
                "tidemark.writes.quotas.client-waiting=2",
                "tidemark.writes.quotas.client-letters=8KB",
                "tidemark.writes.limits.streams=2",
                "tidemark.writes.limits.client-streams=1",
                "tidemark.writes.limits.waits=0");
    }

    @AfterEach
    void theOriginIsWell() {
        origin.otherwise(_ -> Answer.of(200));
    }

    @AfterAll
    static void stop() {
        service.close();
        origin.close();
    }

    private static String[] as(String client) {
        return new String[] {"X-Client-Id", client};
    }

    @Test
    void aClientsDeadLettersAreBoundedAndTheirDataIsInTheLogOnly() throws Exception {
        origin.otherwise(_ -> Answer.of(400));
        String[] ann = as(unique("ann"));
        String secret = unique("secret");
        List<String> dead = new ArrayList<>();
        Reply reply = service.post("/v1/writes", order(unique("c"), Map.of("x", secret + "y".repeat(1500))), ann);
        while (reply.status() == 202 && dead.size() < 20) {
            dead.add(reply.json().path("writeId").asString());
            service.await(dead.getLast(), is("dead-lettered"), ann);
            reply = service.post("/v1/writes", order(unique("c"), Map.of("x", "y".repeat(1500))), ann);
        }
        assertThat(reply.status()).isEqualTo(429);
        assertThat(reply.json().path("type").asString()).isEqualTo("urn:tidemark:problem:client-quota");
        assertThat(reply.header("Retry-After")).isNotEmpty();
        assertThat(dead).hasSizeBetween(2, 4);
        service.accept(order(unique("c"), Map.of()), as(unique("bob")));

        String first = dead.getFirst();
        assertThat(service.context()
                        .getBean(StringRedisTemplate.class)
                        .opsForHash()
                        .entries("tidemark:{writes}:write:" + first)
                        .toString())
                .doesNotContain(secret)
                .contains("letterAt");
        assertThat(service.get("/v1/dead-letters/" + first, ann)
                        .json()
                        .at("/data/x")
                        .asString())
                .startsWith(secret);

        origin.otherwise(_ -> Answer.of(200));
        for (String writeId : dead) {
            assertThat(service.post("/v1/dead-letters/" + writeId + "/redrive", "", ann)
                            .status())
                    .isEqualTo(202);
            service.await(writeId, is("delivered"), ann);
        }
        service.accept(order(unique("c"), Map.of()), ann);
    }

    @Test
    void aClientsUnfinishedWritesAreBounded() throws Exception {
        CountDownLatch answerable = new CountDownLatch(1);
        origin.otherwise(_ -> {
            try {
                assertThat(answerable.await(60, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return Answer.of(200);
        });
        String[] ann = as(unique("ann"));
        String last;
        try {
            service.accept(order(unique("c"), Map.of()), ann);
            last = service.accept(order(unique("c"), Map.of()), ann);
            assertThat(service.post("/v1/writes", order(unique("c"), Map.of()), ann)
                            .status())
                    .isEqualTo(429);
            service.accept(order(unique("c"), Map.of()), as(unique("bob")));
        } finally {
            answerable.countDown();
        }
        service.await(last, is("delivered"), ann);
        await("there is room again")
                .atMost(Duration.ofSeconds(30))
                .until(() -> service.post("/v1/writes", order(unique("c"), Map.of()), ann)
                                .status()
                        == 202);
    }

    @Test
    void streamsAndWaitsHaveTheirPlaces() throws Exception {
        origin.otherwise(_ -> Answer.of(503));
        String client = unique("ann");
        String[] ann = as(client);
        Reply reply =
                service.post("/v1/writes", order(unique("c"), Map.of()), "Prefer", "wait=30", "X-Client-Id", client);
        assertThat(reply.status()).isEqualTo(202);
        assertThat(reply.header("Preference-Applied")).isEmpty();
        String writeId = reply.json().path("writeId").asString();
        String stream = "/v1/writes/" + writeId + "/events";
        CompletableFuture<Reply> open = CompletableFuture.supplyAsync(() -> service.get(stream, ann));
        await("the client has as many streams as it may")
                .atMost(Duration.ofSeconds(30))
                .until(() -> {
                    CompletableFuture<Reply> another = CompletableFuture.supplyAsync(() -> service.get(stream, ann));
                    try {
                        return another.get(500, TimeUnit.MILLISECONDS).status() == 429;
                    } catch (java.util.concurrent.TimeoutException taken) {
                        return false; // this one has the place
                    }
                });
        origin.otherwise(_ -> Answer.of(200));
        service.await(writeId, is("delivered"), ann);
        assertThat(open.get(60, TimeUnit.SECONDS).status()).isIn(200, 429);
        await("the place is free again")
                .atMost(Duration.ofSeconds(30))
                .until(() -> service.get(stream, ann).status() == 200);
    }

    @Test
    void aDeadLetterIsForgottenWhenItsTimeIsOverUnlessItHoldsOthers() throws Exception {
        origin.otherwise(_ -> Answer.of(400));
        String writeId = service.accept(order(unique("c"), Map.of()));
        String holding = service.accept("{\"type\":\"held.order\",\"data\":{\"customerId\":\"" + unique("c") + "\"}}");
        service.await(writeId, is("dead-lettered"));
        service.await(holding, is("dead-lettered"));
        Expiry expiry = service.context().getBean(Expiry.class);

        expiry.expireBefore(Instant.now().minus(Duration.ofDays(1)));
        assertThat(service.get("/v1/dead-letters/" + writeId).status()).isEqualTo(200);
        expiry.expireBefore(Instant.now().plus(Duration.ofDays(1)));
        assertThat(service.get("/v1/dead-letters/" + writeId).status()).isEqualTo(409);
        assertThat(service.get("/v1/writes/" + writeId)
                        .json()
                        .path("discardReason")
                        .asString())
                .contains("forgotten");
        assertThat(service.get("/v1/dead-letters/" + holding).status()).isEqualTo(200);
    }
}
