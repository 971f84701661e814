package io.tidemark.local.suite.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.local.suite.RunningSuite;
import io.tidemark.local.suite.chaos.Experiment.Action;
import io.tidemark.local.suite.client.Http;
import io.tidemark.local.suite.launcher.SuiteProbe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** The quick part of {@code ./run chaos}: what hangs, with its connections open, and a flood. */
@Order(55)
@Timeout(180)
@DisabledIfSystemProperty(
        named = "suite.external",
        matches = "true",
        disabledReason = "pauses processes of the launcher")
class ChaosIT {
    private static final List<String> GATEWAYS =
            List.of(RunningSuite.get().gatewayEu(), RunningSuite.get().gatewayUs());

    @BeforeEach
    void bothGatewaysTrustTheirCaches() {
        RunningSuite.get().awaitTrust();
    }

    private static void whilePaused(String part, Action action) throws Exception {
        RunningSuite.signal(part, "STOP", "pause");
        try {
            action.run();
        } finally {
            RunningSuite.signal(part, "CONT", "unpause");
        }
        await("the suite reads, purges and writes again")
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(100))
                .until(SuiteProbe::works);
    }

    @Test
    void readersOfWhatIsStoredGoOnWhileTheOriginHangs() throws Exception {
        for (String gateway : GATEWAYS) {
            for (int product = 0; product < SteadyLoad.PRODUCTS; product++) {
                assertThat(Http.get(gateway + "/api/products/chaos-" + product).statusCode())
                        .isEqualTo(200);
            }
        }
        List<SteadyLoad.Sample> seen = new ArrayList<>();
        try (var load = new SteadyLoad()) {
            load.changes(false);
            load.start();
            whilePaused("origin-stub", () -> {
                load.take();
                await("readers are answered").atMost(Duration.ofSeconds(60)).until(() -> {
                    seen.addAll(load.take());
                    return seen.size() >= 300;
                });
            });
        }
        assertThat(seen).noneMatch(SteadyLoad.Sample::error);
    }

    @Test
    void newKeysAreServedWhileTheRegionsRedisHangs() throws Exception {
        whilePaused("redis-eu", () -> Floods.coldReadsWithin(Duration.ofSeconds(5)));
    }

    @Test
    void aFloodOfOneColdProductIsOneCallForEachRegion() throws Exception {
        Floods.stampede(200);
    }
}
