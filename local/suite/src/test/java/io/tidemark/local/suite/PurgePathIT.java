package io.tidemark.local.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

@Order(20)
class PurgePathIT {
    private final String id = RunningSuite.newId();

    @Test
    void aProductChangedAtTheOriginIsNewInBothRegionsWithinASecond() throws Exception {
        Products.readEu(id);
        Products.readUs(id);
        assertThat(Products.cacheStatus(Products.readEu(id))).isEqualTo("HIT");
        assertThat(Products.cacheStatus(Products.readUs(id))).isEqualTo("HIT");

        assertThat(Products.changeAtOrigin(id, "ebb").statusCode()).isEqualTo(200);

        await().atMost(Duration.ofSeconds(1))
                .pollInterval(Duration.ofMillis(10))
                .untilAsserted(() -> {
                    assertThat(Products.readEu(id).body()).contains("ebb");
                    assertThat(Products.readUs(id).body()).contains("ebb");
                });
    }

    @Test
    void theReceiptNamesEveryGatewayWithItsMilliseconds() throws Exception {
        HttpResponse<String> accepted = Webhook.purging("product:" + id).post();
        assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
        String purge = Http.json(accepted).path("id").asString();
        assertThat(Http.json(accepted).path("position").asString()).contains(":");
        assertThat(Http.json(accepted).path("status").asString()).isEqualTo("/v1/purges/" + purge);

        await().atMost(Duration.ofSeconds(5))
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
            assertThat(gateway.path("tookMs").asLong(-1)).isBetween(0L, 5000L);
        });
    }

    @Test
    void aPurgeThatIsWaitedForIsCompleteWhenItAnswers() throws Exception {
        Products.readEu(id);
        Products.readUs(id);

        HttpResponse<String> answer = Webhook.purging("product:" + id).post("Prefer", "wait=10");

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
        assertThat(purge.post("Prefer", "wait=10").statusCode()).isEqualTo(200);

        assertThat(Products.cacheStatus(Products.readEu(id))).isEqualTo("MISS");
        assertThat(Products.cacheStatus(Products.readEu(other))).isEqualTo("HIT");
    }

    @Test
    void aTagOfManyPurgesAllOfThem() throws Exception {
        Products.readEu(id);
        assertThat(Webhook.purging("products").post("Prefer", "wait=10").statusCode())
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
            await().atMost(Duration.ofSeconds(5)).until(() -> Products.originReads(path) > 0);
            Products.clearFaults(path);
            Products.changeAtOrigin(id, "new");
            assertThat(Webhook.purging("product:" + id)
                            .post("Prefer", "wait=10")
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
