package io.tidemark.invalidation.receipts;

import static io.tidemark.invalidation.receipts.ToldTopics.LEASE;
import static io.tidemark.invalidation.receipts.ToldTopics.PUBLISHED;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contracts.Erasure;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.contracts.Watermark;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("Receipts, told what is in the topics")
class ReceiptsTest {
    private final ToldTopics world = new ToldTopics(EnumSet.allOf(Rule.class));

    @Test
    void howLongItTookIsByTheClockOfWhoReadsWhateverGatewaysSayThatTheTimeIs() {
        world.beats("eu-1", "eu", -1);
        world.purge("p", 0);
        world.passes(Duration.ofMillis(40));
        world.beats("eu-1", "eu", 0); // it says 12 ms
        world.passes(Duration.ofMillis(5));
        assertThat(world.completed()).containsExactly("p"); // a second later, says the wall clock
        Receipt receipt = world.receipt("p");
        assertThat(region(receipt, "eu").gateways().getFirst().tookMs()).isEqualTo(40);
        assertThat(region(receipt, "eu").tookMs()).isEqualTo(45);
        assertThat(receipt.tookMs()).isEqualTo(45);
    }

    @Test
    void aPurgeIsCompleteWhenEveryGatewayHasAppliedIt() {
        world.beats("eu-1", "eu", -1);
        world.beats("us-1", "us", -1);
        world.purge("p", 0);
        assertThat(world.completed()).isEmpty();
        world.beats("eu-1", "eu", 0);
        assertThat(world.completed()).isEmpty();
        assertThat(region(world.receipt("p"), "eu").complete()).isTrue();
        assertThat(region(world.receipt("p"), "us").complete()).isFalse();
        assertThat(world.receipt("p").complete()).isFalse();
        world.beats("us-1", "us", 0);
        assertThat(world.completed()).containsExactly("p");
        Receipt receipt = world.receipt("p");
        assertThat(receipt.complete()).isTrue();
        assertThat(receipt.tookMs()).isNotNegative();
        assertThat(region(receipt, "eu").gateways()).singleElement().satisfies(g -> {
            assertThat(g.instance()).isEqualTo("eu-1");
            assertThat(g.applied()).isTrue();
            assertThat(g.tookMs()).isNotNegative();
        });
    }

    @Test
    void aGatewayThatWasAheadOfTheReaderCounts() {
        world.beats("eu-1", "eu", 5);
        world.purge("p", 5);
        assertThat(world.completed()).containsExactly("p");
        assertThat(region(world.receipt("p"), "eu").gateways()).singleElement().matches(Receipt.Gateway::applied);
    }

    @Test
    void aGatewayThatComesBackWhereItWasCountsForWhatWasPurgedMeanwhile() {
        world.beats("eu-1", "eu", 5);
        world.passes(LEASE.plusMillis(1));
        world.beats("us-1", "us", -1);
        assertThat(world.completed()).isEmpty();
        world.purge("p", 5);
        world.beats("eu-1", "eu", 5);
        assertThat(world.completed()).isEmpty();
        assertThat(region(world.receipt("p"), "eu").gateways()).singleElement().matches(Receipt.Gateway::applied);
    }

    @Test
    void withoutGatewaysNobodyCouldServeTheOldThing() {
        world.purge("p", 0);
        assertThat(world.completed()).containsExactly("p");
    }

    @Test
    void aReplayingGatewayIsWaitedForLikeAnyOther() {
        world.beats("eu-1", "eu", -1, Watermark.State.REPLAYING);
        world.purge("p", 0);
        assertThat(world.completed()).isEmpty();
        world.beats("eu-1", "eu", 0, Watermark.State.REPLAYING);
        assertThat(world.completed()).containsExactly("p");
    }

    @Test
    void aGatewayThatHasLeftForGoodIsNotWaitedFor() {
        world.beats("eu-1", "eu", -1);
        world.purge("p", 0);
        world.leaves("eu-1");
        assertThat(world.completed()).containsExactly("p");
    }

    @Test
    void anErasureIsShownWithItsPurge() {
        world.beats("eu-1", "eu", 0);
        world.receipts.erasureRead(new Erasure(1, "eu", world.at(0), "p", 3, 7, PUBLISHED.plusMillis(9)));
        world.purge("p", 0);
        assertThat(region(world.receipt("p"), "eu").erased())
                .isEqualTo(new Receipt.Erased(3, PUBLISHED.plusMillis(9), 7));
    }

    @Test
    void routesThatServeWhileCutOffAreNamed() {
        world.beats("eu-1", "eu", 0, Watermark.State.SERVING, "news");
        world.purge("p", 0);
        world.completed();
        assertThat(region(world.receipt("p"), "eu").uncoveredRoutes()).containsExactly("news");
    }

    @Nested
    class Bounds {
        private final ToldTopics small =
                new ToldTopics(new Receipts(LEASE, new Receipts.Bounds(3, 10), ErasurePlaces.OF_GATEWAYS));

        @Test
        void theOldestReceiptIsForgottenFirst() {
            IntStream.range(0, 5).forEach(i -> small.purge("p" + i, i));
            assertThat(small.receipts.latest(10, _ -> true, small.now))
                    .extracting(Receipt::id)
                    .containsExactly("p4", "p3", "p2");
            assertThat(small.receipts.receipt("p1", small.now)).isEmpty();
        }

        @Test
        void manyTargetsCountToo() {
            small.purge("p0", 0);
            List<Target> ten =
                    IntStream.range(0, 10).mapToObj(i -> Target.tag("t" + i)).toList();
            small.receipts.purgeRead(
                    new Purge("big", "s", ten, Purge.Mode.HARD, null, PUBLISHED), small.at(1), false, small.now);
            assertThat(small.receipts.latest(10, _ -> true, small.now))
                    .extracting(Receipt::id)
                    .containsExactly("big");
        }

        @Test
        void aLongTargetCountsForSeveral() {
            small.purge("p0", 0);
            List<Target> one = List.of(Target.tag("t".repeat(640)));
            small.receipts.purgeRead(
                    new Purge("long", "s", one, Purge.Mode.HARD, null, PUBLISHED), small.at(1), false, small.now);
            assertThat(small.receipts.latest(10, _ -> true, small.now))
                    .extracting(Receipt::id)
                    .containsExactly("long");
            small.purge("p2", 2);
            small.purge("p3", 3);
            assertThat(small.receipts.latest(10, _ -> true, small.now))
                    .extracting(Receipt::id)
                    .containsExactly("p3", "p2");
        }

        @Test
        void aPurgeReadAgainTakesThePlaceOfTheFirst() {
            small.purge("p", 0);
            small.purge("p", 1);
            assertThat(small.receipts.latest(10, _ -> true, small.now))
                    .singleElement()
                    .matches(r -> r.position().offset() == 1);
        }

        @Test
        void aPurgeReadAgainAndAgainCountsOnce() {
            IntStream.range(0, 12).forEach(i -> small.purge("p", i));
            small.purge("q", 12);
            assertThat(small.receipts.latest(10, _ -> true, small.now))
                    .extracting(Receipt::id)
                    .containsExactly("q", "p");
        }
    }

    @Nested
    class AfterARestart {
        private final ToldTopics restarted = new ToldTopics(EnumSet.allOf(Rule.class));

        private CompletedUpTo completedBefore() {
            world.beats("eu-1", "eu", -1);
            world.purge("p0", 0);
            world.purge("p1", 1);
            world.purge("p2", 2);
            assertThat(world.receipts.completedUpTo()).isEmpty();
            world.beats("eu-1", "eu", 1);
            assertThat(world.completed()).containsExactly("p0", "p1");
            return world.receipts.completedUpTo().orElseThrow();
        }

        @Test
        void whatWasCompleteIsNotOpenAgainThoughAGatewayHasDiedMeanwhile() {
            CompletedUpTo before =
                    CompletedUpTo.parse(completedBefore().toString()).orElseThrow();
            restarted.receipts.wasComplete(before);
            restarted.receipts.startedAt(1);
            restarted.beats("eu-2", "eu", -1); // has died since
            restarted.backlog("p0", 0);
            restarted.backlog("p1", 1);
            restarted.backlog("p2", 2);
            assertThat(restarted.receipts.isComplete("p0")).isTrue();
            assertThat(restarted.receipt("p1").complete()).isTrue();
            assertThat(region(restarted.receipt("p1"), "eu").complete()).isTrue();
            assertThat(restarted.receipts.isComplete("p2")).isFalse();
            assertThat(restarted.receipts.openPurges()).isEqualTo(1);
            assertThat(restarted.completed()).isEmpty();
            restarted.passes(LEASE.plusMillis(1));
            assertThat(restarted.completed()).containsExactly("p0", "p1", "p2");
        }

        @Test
        void aLogThatHasAnotherPurgeAtThatPositionMakesNothingComplete() {
            restarted.receipts.wasComplete(completedBefore());
            restarted.beats("eu-2", "eu", -1);
            restarted.backlog("p0", 0);
            restarted.backlog("another", 1);
            assertThat(restarted.receipts.isComplete("p0")).isFalse();
            assertThat(restarted.receipts.isComplete("another")).isFalse();
        }
    }

    @Nested
    class ARecreatedTopic {
        @Test
        void ofPurgesMakesWatermarksOfTheOldOneWorthless() {
            world.beats("eu-1", "eu", 100);
            world.epoch = "later";
            world.purge("p", 0);
            assertThat(world.completed()).isEmpty();
            world.beats("eu-1", "eu", 0);
            assertThat(world.completed()).containsExactly("p");
        }

        @Test
        void ofPurgesCompletesTheOldOnesOnceGatewaysHaveMovedOn() {
            world.beats("eu-1", "eu", -1);
            world.purge("p", 7);
            world.epoch = "later";
            world.receipts.epochRead("later");
            world.beats("eu-1", "eu", -1);
            assertThat(world.completed()).containsExactly("p");
        }

        @Test
        void ofPurgesWaitsForWhomIsStillInTheOldOneBesideAnotherOfItsRegion() {
            world.beats("eu-1", "eu", 5);
            world.beats("eu-2", "eu", 5);
            world.purge("p", 7);
            world.epoch = "later";
            world.receipts.epochRead("later");
            world.beats("eu-1", "eu", 0);
            assertThat(world.completed()).isEmpty();
            world.beats("eu-2", "eu", 0);
            assertThat(world.completed()).containsExactly("p");
        }

        @Test
        void ofWatermarksIsReadAnewBeforeAnythingIsComplete() {
            IntStream.range(0, 10).forEach(_ -> world.beats("eu-1", "eu", -1));
            world.purge("p", 0);
            world.answerQuestions();
            world.recreateWatermarks();
            world.beats("eu-1", "eu", 0);
            assertThat(world.completed()).containsExactly("p");
        }

        @Test
        void ofWatermarksMakesHowFarTheOldOneWasReadWorthless() {
            IntStream.range(0, 10).forEach(_ -> world.beats("eu-1", "eu", 0));
            world.recreateWatermarks();
            world.appendsWithoutReading(); // a gateway has joined
            world.purge("p", 0);
            assertThat(world.completed()).isEmpty();
        }
    }

    @Test
    void theFleetTellsLagAndHitRatio() {
        world.beats("eu-1", "eu", 0);
        world.purge("p1", 1);
        world.purge("p2", 2);
        GatewayStatus status =
                world.receipts.fleet(world.now, PUBLISHED.plusMillis(250)).getFirst();
        assertThat(status.lagRecords()).isEqualTo(2);
        assertThat(status.lagMs()).isEqualTo(250);
        assertThat(status.hitRatio()).isEqualTo(0.5);
        assertThat(status.lease()).isEqualTo(GatewayStatus.Lease.LIVE);
    }

    @Test
    void aGatewayThatIsLongGoneIsForgotten() {
        world.beats("eu-1", "eu", 0);
        world.passes(Fleet.REMEMBERED.plusSeconds(1));
        world.completed();
        world.completed();
        assertThat(world.receipts.fleet(world.now, PUBLISHED)).isEmpty();
    }

    static Receipt.Region region(Receipt receipt, String name) {
        return Objects.requireNonNull(receipt.regions().get(name));
    }
}
