package io.tidemark.invalidation.receipts;

import static io.tidemark.invalidation.receipts.ReceiptsTest.region;
import static io.tidemark.invalidation.receipts.ToldTopics.LEASE;
import static io.tidemark.invalidation.receipts.ToldTopics.PUBLISHED;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contracts.Watermark;
import io.tidemark.invalidation.receipts.GatewayStatus.Lease;
import io.tidemark.invalidation.receipts.Receipt.State;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Whom a receipt names, and as what. */
class ReceiptContentsTest {
    private final ToldTopics world = new ToldTopics(EnumSet.allOf(Rule.class));

    private Map<String, State> gateways(String region) {
        Map<String, State> states = new TreeMap<>();
        region(world.receipt("p"), region)
                .gateways()
                .forEach(gateway -> assertThat(states.put(gateway.instance(), gateway.state()))
                        .isNull());
        return states;
    }

    @Test
    void whileItIsOpenThoseThatAreAwaitedAreNamedToo() {
        world.beats("eu-1", "eu", -1);
        world.beats("eu-2", "eu", -1);
        world.beats("us-1", "us", -1);
        world.purge("p", 0);
        world.beats("eu-1", "eu", 0);
        assertThat(gateways("eu")).isEqualTo(Map.of("eu-1", State.APPLIED, "eu-2", State.AWAITED));
        assertThat(gateways("us")).isEqualTo(Map.of("us-1", State.AWAITED));

        world.beats("eu-2", "eu", 0);
        assertThat(world.completed()).isEmpty();
        world.beats("eu-3", "eu", -1); // has come since, and its region is complete
        assertThat(gateways("eu")).isEqualTo(Map.of("eu-1", State.APPLIED, "eu-2", State.APPLIED));

        world.beats("us-1", "us", 0);
        world.beats("eu-3", "eu", 0);
        assertThat(world.completed()).containsExactly("p");
        assertThat(gateways("us")).isEqualTo(Map.of("us-1", State.APPLIED));
        world.beats("ap-1", "ap", -1);
        assertThat(world.receipt("p").regions()).containsOnlyKeys("eu", "us");
    }

    @Test
    void whoLosesItsLeaseMeanwhileIsNamedAsLeftOutAndWhoHadNoneIsNot() {
        world.beats("eu-0", "eu", -1, Watermark.State.SERVING, "old");
        world.beats("ap-1", "ap", -1);
        world.passes(LEASE.plusMillis(1));
        world.beats("eu-1", "eu", -1, Watermark.State.SERVING, "news");
        world.beats("eu-2", "eu", -1, Watermark.State.SERVING, "offers");
        assertThat(world.completed()).isEmpty();
        world.purge("p", 0);
        assertThat(world.receipt("p").regions()).as("nobody of ap is awaited").containsOnlyKeys("eu");

        world.passes(LEASE.plusMillis(1));
        world.beats("eu-1", "eu", 0, Watermark.State.SERVING, "news");
        assertThat(world.completed()).containsExactly("p");
        assertThat(gateways("eu")).isEqualTo(Map.of("eu-1", State.APPLIED, "eu-2", State.LEFT_OUT));
        assertThat(region(world.receipt("p"), "eu").uncoveredRoutes()).containsExactly("news");
    }

    @Test
    void aLeaseHoldsToItsEnd() {
        world.beats("eu-1", "eu", -1);
        world.purge("p", 0);
        world.passes(LEASE);
        assertThat(world.completed()).isEmpty();
        world.passes(Duration.ofNanos(1));
        assertThat(world.completed()).containsExactly("p");
    }

    @Test
    void theFleetTellsHowFarBehindEachIsAndSinceWhenItIsSilent() {
        world.purge("p", 3);
        world.beats("eu-1", "eu", 1);
        world.passes(Duration.ofMillis(30));
        world.beats("us-1", "us", 3);
        world.passes(LEASE.minusMillis(30).plusNanos(1));
        assertThat(world.completed()).containsExactly("p");
        Map<String, GatewayStatus> fleet = new TreeMap<>();
        world.receipts.fleet(world.now, PUBLISHED).forEach(each -> fleet.put(each.instance(), each));
        assertThat(fleet.get("eu-1")).satisfies(silent -> {
            assertThat(silent.lagRecords()).isEqualTo(2);
            assertThat(silent.lastHeartbeatMs()).isEqualTo(LEASE.toMillis());
            assertThat(silent.lease()).isEqualTo(Lease.LEFT_OUT);
        });
        assertThat(fleet.get("us-1")).satisfies(live -> {
            assertThat(live.lagRecords()).isZero();
            assertThat(live.lagMs()).isZero();
            assertThat(live.lease()).isEqualTo(Lease.LIVE);
        });
    }

    @Test
    void aGatewayIsForgottenWhenItIsLongGoneAndNotBefore() {
        world.beats("eu-1", "eu", 0);
        world.passes(Fleet.REMEMBERED);
        world.completed();
        world.completed();
        assertThat(world.receipts.fleet(world.now, PUBLISHED)).hasSize(1);
        world.passes(Duration.ofNanos(1));
        world.completed();
        assertThat(world.receipts.fleet(world.now, PUBLISHED)).isEmpty();
    }
}
