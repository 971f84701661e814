package io.tidemark.local.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SIGKILL of any one process, then its restart: the suite works again and no accepted write is lost. */
@Order(60)
@DisabledIfSystemProperty(
        named = "suite.external",
        matches = "true",
        disabledReason = "kills processes of the launcher")
class RecoveryIT {
    private static final Duration RECOVERY = Duration.ofSeconds(90);

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "gateway-eu-1",
                "gateway-us-1",
                "invalidation-service",
                "write-queue-service",
                "origin-stub",
                "redis-eu",
                "redis-us",
                "kafka"
            })
    @Timeout(400)
    void theSuiteWorksAgainAfterAKillOf(String part) throws Exception {
        String customer = RunningSuite.newId();
        List<Integer> accepted = new ArrayList<>();
        place(customer, 1, 20, accepted);
        RunningSuite.kill(part);
        place(customer, 21, 40, accepted);
        RunningSuite.get().awaitAnswersAgain(part);

        String id = RunningSuite.newId();
        await("the suite reads, purges and writes")
                .atMost(RECOVERY)
                .pollInterval(Duration.ofMillis(250))
                .untilAsserted(() -> {
                    assertThat(Products.readEu(id).statusCode()).isEqualTo(200);
                    assertThat(Products.cacheStatus(Products.readEu(id))).isEqualTo("HIT");
                    assertThat(Products.readUs(id).statusCode()).isEqualTo(200);
                    assertThat(Products.cacheStatus(Products.readUs(id))).isEqualTo("HIT");
                    HttpResponse<String> purge =
                            Webhook.purging("product:" + id).post("Prefer", "wait=10");
                    assertThat(purge.statusCode()).as(purge.body()).isEqualTo(200);
                });
        AtomicInteger next = new AtomicInteger(41);
        await("an order is accepted").atMost(RECOVERY).until(() -> {
            int n = next.getAndIncrement();
            place(customer, n, n, accepted);
            return accepted.contains(n);
        });
        await("every accepted order is at the origin")
                .atMost(RECOVERY)
                .untilAsserted(() -> assertThat(Writes.ordersAtOrigin(customer)).containsAll(accepted));
        List<Integer> orders = Writes.ordersAtOrigin(customer);
        assertThat(orders).doesNotHaveDuplicates().isSorted();
    }

    /** Orders numbered {@code from} to {@code to}; a refused one is not sent again. */
    private static void place(String customer, int from, int to, List<Integer> accepted) throws InterruptedException {
        for (int n = from; n <= to; n++) {
            try {
                HttpResponse<String> answer = Writes.send(
                        "order.place",
                        "{\"customerId\":\"" + customer + "\",\"n\":" + n + "}",
                        "Idempotency-Key",
                        UUID.randomUUID().toString());
                if (answer.statusCode() == 202) {
                    accepted.add(n);
                }
            } catch (IOException notAnswered) {
                // Not accepted as far as this client knows; the order may arrive or not.
            }
        }
    }
}
