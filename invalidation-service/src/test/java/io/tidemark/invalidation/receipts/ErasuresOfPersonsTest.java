package io.tidemark.invalidation.receipts;

import static io.tidemark.contracts.Erasure.WRITE_QUEUE;
import static io.tidemark.invalidation.receipts.ToldTopics.LEASE;
import static io.tidemark.invalidation.receipts.ToldTopics.PUBLISHED;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contracts.Erasure;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When the erasure of a person is complete: when all who keep something have said that nothing is left. */
class ErasuresOfPersonsTest {
    private final ToldTopics world = with(Set.of());

    private static ToldTopics with(Set<String> named) {
        return new ToldTopics(new Receipts(LEASE, new Receipts.Bounds(100, 1000), new ErasurePlaces(named)));
    }

    @Test
    void isCompleteWhenEachStoreOfEachRegionSaysThatNothingIsLeft() {
        world.erases("eu-1", "eu", -1, "memory", "sessions");
        world.erases("us-1", "us", -1, "memory", "sessions");
        world.erasure("p", 0);
        world.erases("eu-1", "eu", 0, "memory", "sessions");
        world.erases("us-1", "us", 0, "memory", "sessions");
        assertThat(world.completed()).as("no store has said so").isEmpty();
        world.left("p", "eu", "sessions", 0);
        assertThat(world.completed()).as("us has not").isEmpty();
        assertThat(store("eu", "sessions")).isEqualTo(new Receipt.Store(0L, 2L));
        assertThat(store("us", "sessions")).as("is named as open").isEqualTo(new Receipt.Store(null, null));
        assertThat(store("us", "memory")).isEqualTo(new Receipt.Store(0L, null));
        assertThat(region("eu").complete()).isTrue();
        assertThat(region("us").complete()).isFalse();
        world.left("p", "us", "sessions", 1);
        assertThat(world.completed()).as("one is left in us").isEmpty();
        assertThat(store("us", "sessions").left()).isEqualTo(1);
        world.left("p", "us", "sessions", 0);
        assertThat(world.completed()).containsExactly("p");
        assertThat(world.receipt("p").complete()).isTrue();
    }

    @Test
    void aGatewayOfAVersionThatDoesNotKnowItHoldsItOpen() {
        world.erases("eu-1", "eu", -1, "memory", "sessions");
        world.beats("eu-old", "eu", -1);
        world.erasure("p", 0);
        world.erases("eu-1", "eu", 0, "memory", "sessions");
        world.beats("eu-old", "eu", 0); // it took it for a purge of everything
        world.left("p", "eu", "sessions", 0);
        assertThat(world.completed()).isEmpty();
        assertThat(store("eu", "memory").left()).isNull();
        assertThat(region("eu").gateways())
                .filteredOn(gateway -> gateway.instance().equals("eu-old"))
                .singleElement()
                .matches(gateway -> gateway.state() == Receipt.State.AWAITED);
        world.leaves("eu-old");
        assertThat(world.completed()).containsExactly("p");
    }

    @Test
    void aReportWithoutAStoreThatARegionHasIsNotEnough() {
        world.erases("eu-1", "eu", -1, "memory", "sessions", "documents");
        world.erasure("p", 0);
        world.erases("eu-1", "eu", 0, "memory", "sessions", "documents");
        world.left("p", "eu", "sessions", 0);
        assertThat(world.completed()).isEmpty();
        assertThat(store("eu", "documents").left()).isNull();
    }

    @Test
    void whatIsNamedMustReportThoughNobodyIsHeardOfIt() {
        ToldTopics named = with(Set.of("eu", WRITE_QUEUE));
        named.erasure("p", 0);
        assertThat(named.completed()).isEmpty();
        assertThat(named.receipt("p").regions()).containsOnlyKeys("eu", WRITE_QUEUE);
        named.left("p", "eu", "sessions", 0);
        assertThat(named.completed()).isEmpty();
        named.left("p", WRITE_QUEUE, "writes", 0);
        assertThat(named.completed()).containsExactly("p");
        assertThat(Objects.requireNonNull(named.receipt("p").regions().get(WRITE_QUEUE))
                        .stores())
                .isEqualTo(Map.of("writes", new Receipt.Store(0L, 2L)));
    }

    @Test
    void aRegionThatKeepsNothingBesideMemoryNeedsNoReport() {
        world.erases("eu-1", "eu", -1, "memory");
        world.erasure("p", 0);
        assertThat(world.completed()).isEmpty();
        world.erases("eu-1", "eu", 0, "memory");
        assertThat(world.completed()).containsExactly("p");
    }

    @Test
    void anOpenErasureHoldsNoPurgeBackAndIsNotCompleteAfterARestart() {
        world.erases("eu-1", "eu", -1, "memory", "sessions");
        world.erasure("p", 0);
        world.purge("q", 1);
        world.erases("eu-1", "eu", 1, "memory", "sessions");
        assertThat(world.completed()).containsExactly("q");
        CompletedUpTo last = world.receipts.completedUpTo().orElseThrow();
        ToldTopics restarted = with(Set.of());
        restarted.receipts.wasComplete(last);
        restarted.erases("eu-1", "eu", 1, "memory", "sessions");
        restarted.erasure("p", 0);
        restarted.backlog("q", 1);
        assertThat(restarted.receipt("q").complete()).isTrue();
        assertThat(restarted.receipt("p").complete()).isFalse();
        restarted.left("p", "eu", "sessions", 0);
        assertThat(restarted.completed()).contains("p");
    }

    @Test
    void otherPurgesShowNoStores() {
        world.erases("eu-1", "eu", 0, "memory", "sessions");
        world.receipts.erasureRead(new Erasure(1, "eu", world.at(0), "p", 3, 7, PUBLISHED));
        world.purge("p", 0);
        assertThat(world.completed()).containsExactly("p");
        assertThat(region("eu").stores()).isNull();
    }

    private Receipt.Region region(String name) {
        return Objects.requireNonNull(world.receipt("p").regions().get(name));
    }

    private Receipt.Store store(String region, String name) {
        return Objects.requireNonNull(
                Objects.requireNonNull(region(region).stores()).get(name));
    }
}
