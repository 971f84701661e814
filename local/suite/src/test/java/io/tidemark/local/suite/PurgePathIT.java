package io.tidemark.local.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.local.suite.client.Http;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

@Order(20)
class PurgePathIT {
    private final String id = RunningSuite.newId();

    @BeforeEach
    void bothGatewaysTrustTheirCaches() {
        RunningSuite.get().awaitTrust();
    }

    /** Always soon, and, on a machine that may be busy for a moment, mostly within a second. */
    @Test
    void aProductChangedAtTheOriginIsNewInBothRegionsWithinASecond() throws Exception {
        List<Duration> took = new ArrayList<>();
        for (int n = 0; n < 5; n++) {
            String name = "ebb-" + n;
            awaitHits();
            long begin = System.nanoTime();
            assertThat(Products.changeAtOrigin(id, name).statusCode()).isEqualTo(200);
            await().atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofMillis(10))
                    .untilAsserted(() -> {
                        assertThat(Products.readEu(id).body()).contains(name);
                        assertThat(Products.readUs(id).body()).contains(name);
                    });
            took.add(Duration.ofNanos(System.nanoTime() - begin));
        }
        assertThat(took.stream().sorted().toList().get(2))
                .as("the median of %s", took)
                .isLessThan(Duration.ofSeconds(1));
    }

    /** What is about to change is stored in both regions. */
    private void awaitHits() {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThat(Products.cacheStatus(Products.readEu(id))).isEqualTo("HIT");
            assertThat(Products.cacheStatus(Products.readUs(id))).isEqualTo("HIT");
        });
    }

    @Test
    void theReceiptNamesEveryGatewayWithItsMilliseconds() throws Exception {
        HttpResponse<String> accepted = Webhook.purging("product:" + id).post();
        assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
        String purge = Http.json(accepted).path("id").asString();
        assertThat(Http.json(accepted).path("position").asString()).contains(":");
        assertThat(Http.json(accepted).path("status").asString()).isEqualTo("/v1/purges/" + purge);

        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> {
                    JsonNode receipt = Http.json(Http.get(RunningSuite.get().invalidation() + "/v1/purges/" + purge));
                    assertThat(receipt.path("complete").asBoolean())
                            .as(receipt.toString())
                            .isTrue();
                    assertApplied(receipt, "eu");
                    assertApplied(receipt, "us");
                });
    }

    private static void assertApplied(JsonNode receipt, String region) {
        JsonNode gateways = receipt.path("regions").path(region).path("gateways");
        assertThat(gateways.values()).as(receipt.toString()).anySatisfy(gateway -> {
            assertThat(gateway.path("colo").asString()).isEqualTo(region + "-1");
            assertThat(gateway.path("applied").asBoolean()).isTrue();
            assertThat(gateway.path("appliedAt").asString()).isNotBlank();
            assertThat(gateway.path("tookMs").asLong(-1)).isBetween(0L, 30_000L);
        });
    }

    @Test
    void aPurgeThatIsWaitedForIsCompleteWhenItAnswers() throws Exception {
        Products.readEu(id);
        Products.readUs(id);

        HttpResponse<String> answer = Webhook.purging("product:" + id).post("Prefer", "wait=15");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(Http.json(answer).path("complete").asBoolean()).isTrue();
        assertThat(Products.cacheStatus(Products.readEu(id))).isNotIn("HIT", "STALE");
        assertThat(Products.cacheStatus(Products.readUs(id))).isNotIn("HIT", "STALE");
    }

    @Test
    void aUrlIsPurgedAlone() throws Exception {
        String other = RunningSuite.newId();
        String url = RunningSuite.get().gatewayEu() + Products.path(id);
        Products.readEu(id);
        Products.readEu(other);

        Webhook purge = Webhook.of("{\"targets\":[{\"url\":\"" + url + "\"}]}");
        assertThat(purge.post("Prefer", "wait=15").statusCode()).isEqualTo(200);

        assertThat(Products.cacheStatus(Products.readEu(id))).isEqualTo("MISS");
        assertThat(Products.cacheStatus(Products.readEu(other))).isEqualTo("HIT");
    }

    @Test
    void aTagOfManyPurgesAllOfThem() throws Exception {
        Products.readEu(id);
        assertThat(Webhook.purging("products").post("Prefer", "wait=15").statusCode())
                .isEqualTo(200);
        assertThat(Products.cacheStatus(Products.readEu(id))).isEqualTo("MISS");
    }

    @Test
    void theFleetPageShowsBothRegions() throws Exception {
        JsonNode fleet = Http.json(Http.get(RunningSuite.get().invalidation() + "/v1/regions"));

        assertThat(fleet.toString()).contains("eu-1", "us-1");
    }

    @Test
    void aFillThatWasInFlightWhenThePurgeCameIsNotServedAfterIt() throws Exception {
        String path = Products.path(id);
        Products.changeAtOrigin(id, "old");
        Products.setFault("{\"path\":\"" + path + "\",\"latency\":\"1s\"}");
        try (var reader = Executors.newVirtualThreadPerTaskExecutor()) {
            var slowRead = reader.submit(() -> Products.readEu(id));
            await().atMost(Duration.ofSeconds(30)).until(() -> Products.originReads(path) > 0);
            Products.clearFaults(path);
            Products.changeAtOrigin(id, "new");
            assertThat(Webhook.purging("product:" + id)
                            .post("Prefer", "wait=15")
                            .statusCode())
                    .isEqualTo(200);

            assertThat(Products.readEu(id).body()).contains("new");
            slowRead.get();
            assertThat(Products.readEu(id).body()).contains("new");
        } finally {
            Products.clearFaults(path);
        }
    }
}
