package io.tidemark.writequeue;

import static io.tidemark.writequeue.RunningService.is;
import static io.tidemark.writequeue.RunningService.order;
import static io.tidemark.writequeue.RunningService.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.local.backends.Backends;
import io.tidemark.writequeue.RunningService.Reply;
import io.tidemark.writequeue.ScriptedOrigin.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** An origin that is down: its writes wait, their attempts are not used up, and types that do not queue are refused. */
@Timeout(90)
class BreakerTest {
    private static ScriptedOrigin origin;
    private static RunningService service;

    @BeforeAll
    static void start() {
        origin = new ScriptedOrigin();
        service = new RunningService(
                Backends.shared(),
                origin.url(),
                "tidemark.writes.delivery.retry.base=5ms",
                "tidemark.writes.delivery.retry.max=20ms",
                "tidemark.writes.delivery.breaker.window=4",
                "tidemark.writes.delivery.breaker.failure-rate=100",
                "tidemark.writes.delivery.breaker.open-for=1s",
                "tidemark.writes.delivery.breaker.probes=1",
                "tidemark.writes.types.[urgent.order].origin=catalog",
                "tidemark.writes.types.[urgent.order].path=/api/urgent",
                "tidemark.writes.types.[urgent.order].ordering-key=urgent:{customerId}",
                "tidemark.writes.types.[urgent.order].when-origin-down=reject");
    }

    @AfterAll
    static void stop() {
        service.close();
        origin.close();
    }

    @Test
    void burnsNoAttemptsAndIsToldToThoseWhoDoNotWait() throws Exception {
        origin.otherwise(_ -> Answer.of(503));
        List<String> writeIds = new ArrayList<>();
        for (int n = 0; n < 12; n++) {
            writeIds.add(service.post("/v1/writes", order(unique("c"), Map.of("n", n)))
                    .json()
                    .path("writeId")
                    .asString());
        }
        String urgent = "{\"type\":\"urgent.order\",\"data\":{\"customerId\":\"" + unique("c") + "\"}}";
        await("the breaker is open").atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            Reply refused = service.post("/v1/writes", urgent);
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.json().path("type").asString()).isEqualTo("urn:tidemark:problem:origin-down");
            assertThat(refused.header("Retry-After")).isNotEmpty();
        });
        long opened = System.nanoTime();
        int callsThen = origin.calls("/api/orders").size();
        await("three probes")
                .atMost(Duration.ofSeconds(20))
                .until(() -> origin.calls("/api/orders").size() >= callsThen + 3);
        long seconds = Duration.ofNanos(System.nanoTime() - opened).toSeconds();
        assertThat(origin.calls("/api/orders").size() - callsThen)
                .as("one probe a second, not one of each write every 20 ms")
                .isLessThanOrEqualTo((int) seconds + 3);
        for (String writeId : writeIds) {
            assertThat(service.get("/v1/writes/" + writeId)
                            .json()
                            .path("status")
                            .asString())
                    .isIn("accepted", "delivering", "retrying");
        }

        origin.otherwise(_ -> Answer.of(200));
        int attempts = 0;
        for (String writeId : writeIds) {
            JsonNode status = service.await(writeId, is("delivered"));
            attempts += status.path("attempts").size();
        }
        assertThat(attempts).isEqualTo(origin.calls("/api/orders").size());
        await("who does not wait is accepted again")
                .atMost(Duration.ofSeconds(20))
                .until(() -> service.post("/v1/writes", urgent).status() == 202);
    }
}
