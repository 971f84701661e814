package io.tidemark.local.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.local.suite.client.Http;
import java.time.Duration;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import tools.jackson.databind.JsonNode;

/** The suite measures by itself how soon a change of its canary shows, and asks for what was purged. */
@Order(54)
@DisabledIfSystemProperty(
        named = "suite.external",
        matches = "true",
        disabledReason = "measures only where it is configured")
class FreshnessIT {
    @Test
    void bothRegionsShowChangesAndNothingOldAfterAReceipt() throws Exception {
        await("both regions were looked at, and asked")
                .atMost(Duration.ofMinutes(2))
                .untilAsserted(() -> {
                    for (String region : new String[] {"eu", "us"}) {
                        JsonNode measured = measured(region);
                        assertThat(measured.path("changes").asLong()).as(region).isPositive();
                        assertThat(measured.path("asked").asLong()).as(region).isPositive();
                        assertThat(measured.path("p50Ms").asDouble(-1))
                                .as(region)
                                .isBetween(0.0, 30_000.0);
                        assertThat(measured.at("/gateways/0/colo").asString()).isEqualTo(region + "-1");
                    }
                });
        assertThat(measured("eu").path("old").asLong(-1))
                .as("%s", measured("eu"))
                .isZero();
        assertThat(measured("us").path("old").asLong(-1))
                .as("%s", measured("us"))
                .isZero();
    }

    private static JsonNode measured(String region) throws Exception {
        return Http.json(Http.get(RunningSuite.get().invalidation() + "/v1/freshness"))
                .path("regions")
                .path(region);
    }
}
