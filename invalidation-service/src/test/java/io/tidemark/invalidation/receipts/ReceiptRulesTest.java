package io.tidemark.invalidation.receipts;

import static io.tidemark.invalidation.receipts.ReceiptsTest.region;
import static io.tidemark.invalidation.receipts.ToldTopics.LEASE;
import static io.tidemark.invalidation.receipts.ToldTopics.PUBLISHED;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("The rules of receipts, with each and without it")
class ReceiptRulesTest {
    private final ToldTopics world = new ToldTopics(EnumSet.allOf(Rule.class));

    @Nested
    class LeaseLonger {
        @Test
        void aSilentGatewayIsWaitedForUntilItsLeaseHasRunOut() {
            world.beats("eu-1", "eu", -1);
            world.purge("p", 0);
            world.passes(LEASE.minusMillis(1));
            assertThat(world.completed()).isEmpty();
            world.passes(Duration.ofMillis(2));
            assertThat(world.completed()).containsExactly("p");
            assertThat(region(world.receipt("p"), "eu").gateways())
                    .singleElement()
                    .matches(g -> g.state() == Receipt.State.LEFT_OUT && !g.applied());
        }

        @Test
        void aGatewayThatComesBackIsWaitedForAgain() {
            world.beats("eu-1", "eu", -1);
            world.passes(LEASE.plusMillis(1));
            world.completed();
            assertThat(world.receipts.fleet(world.now, PUBLISHED))
                    .singleElement()
                    .matches(g -> g.lease() == GatewayStatus.Lease.LEFT_OUT);
            world.beats("eu-1", "eu", -1);
            world.purge("p", 0);
            assertThat(world.completed()).isEmpty();
        }
    }

    @Nested
    class ReadBarrier {
        @Test
        void aGatewayThatJoinedBeforeThePurgeButWasNotReadYetIsWaitedFor() {
            assertThat(joinsUnread(new ToldTopics(EnumSet.allOf(Rule.class)))).isEmpty();
        }

        @Test
        void withoutTheRuleThePurgeWouldBeCalledComplete() {
            assertThat(joinsUnread(new ToldTopics(EnumSet.complementOf(EnumSet.of(Rule.READ_BARRIER)))))
                    .containsExactly("p");
        }

        @Test
        void itIsPassedByTheLastRecordBeforeItAndNotByTheOneBeforeThat() {
            world.beats("eu-1", "eu", 0);
            world.appendsWithoutReading();
            world.purge("p", 0);
            world.answerQuestions(); // the watermarks end at 2
            assertThat(world.settle()).isEmpty();
            world.receipts.watermarksReadUpTo(1);
            assertThat(world.settle()).isEmpty();
            world.receipts.watermarksReadUpTo(2);
            world.receipts.watermarksReadUpTo(1); // what was read was read
            assertThat(world.settle()).containsExactly("p");
        }

        private List<String> joinsUnread(ToldTopics world) {
            world.appendsWithoutReading();
            world.purge("p", 0);
            return world.completed();
        }
    }

    @Nested
    class ReadBeforeExclude {
        @Test
        void aGatewayWhoseHeartbeatsWereNotReadIsNotLeftOut() {
            assertThat(stalls(new ToldTopics(EnumSet.allOf(Rule.class)))).isEmpty();
        }

        @Test
        void withoutTheRuleThePurgeWouldBeCalledComplete() {
            assertThat(stalls(new ToldTopics(EnumSet.complementOf(EnumSet.of(Rule.READ_BEFORE_EXCLUDE)))))
                    .containsExactly("p");
        }

        @Test
        void oneThatWasLeftOutBeforeAndCameBackIsNotLeftOutByTheQuestionOfThen() {
            world.beats("eu-1", "eu", -1);
            world.passes(LEASE.plusMillis(1));
            assertThat(world.completed()).isEmpty(); // it is left out
            assertThat(stalls(world)).isEmpty();
        }

        /** The service reads nothing for longer than a lease; the gateway goes on beating, and applies nothing. */
        private List<String> stalls(ToldTopics world) {
            world.beats("eu-1", "eu", -1);
            world.purge("p", 0);
            assertThat(world.completed()).isEmpty();
            world.passes(LEASE.plusMillis(1));
            world.appendsWithoutReading();
            return world.completed();
        }
    }

    @Nested
    class StartWithLeases {
        @Test
        void aGatewayFoundInTheTopicIsTakenForAlive() {
            assertThat(restarts(new ToldTopics(EnumSet.allOf(Rule.class)))).isEmpty();
        }

        @Test
        void withoutTheRuleThePurgeWouldBeCalledComplete() {
            assertThat(restarts(new ToldTopics(EnumSet.complementOf(EnumSet.of(Rule.START_WITH_LEASES)))))
                    .containsExactly("p");
        }

        private List<String> restarts(ToldTopics world) {
            world.receipts.startedAt(1);
            world.beats("eu-1", "eu", -1);
            world.purge("p", 0);
            return world.completed();
        }
    }
}
