package io.tidemark.gateway.purge;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.contracts.Target.Kind;
import io.tidemark.gateway.cache.PurgeSubject;
import io.tidemark.gateway.cache.PurgeVerdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A gateway's own purges, until the log has them; and requests that wait for a position. */
class PendingPurgesTest {
    private static final PurgeSubject PRODUCT = new PurgeSubject(
            List.of("shop.example", "origin.internal"), "/products/42", "color=red", Set.of("product:42"));
    private static final PurgeSubject OTHER =
            new PurgeSubject(List.of("other.example"), "/other", null, Set.of("other"));

    private final PendingPurges pending = new PendingPurges();

    private static Purge purge(String id, Purge.Mode mode, Target... targets) {
        return new Purge(id, "gateway", List.of(targets), mode, null, Instant.EPOCH);
    }

    private static Purge hard(String id, Target... targets) {
        return purge(id, Purge.Mode.HARD, targets);
    }

    static Stream<Target> coveringTheProduct() {
        return Stream.of(
                Target.url("/products/42"),
                Target.url("/products/42?color=red"),
                Target.url("https://shop.example/products/42"),
                Target.url("https://origin.internal/products/42?color=red"),
                Target.tag("product:42"),
                Target.group("shop.example", "origin.internal", "product:42"),
                new Target(Kind.HOST, "origin.internal"),
                new Target(Kind.PREFIX, "/products/"),
                new Target(Kind.PATTERN, "/products/*"));
    }

    @ParameterizedTest
    @MethodSource("coveringTheProduct")
    void coverWhatTheyNameUntilTheyAreTakenBack(Target target) {
        assertThat(pending.cover(PRODUCT)).isFalse();
        assertThat(pending.add(hard("p1", target))).isTrue();
        assertThat(pending.cover(PRODUCT)).isTrue();
        assertThat(pending.cover(OTHER)).isFalse();
        assertThat(pending.size()).isEqualTo(1);

        assertThat(pending.remove("another")).isFalse();
        assertThat(pending.cover(PRODUCT)).isTrue();
        assertThat(pending.remove("p1")).isTrue();
        assertThat(pending.cover(PRODUCT)).isFalse();
        assertThat(pending.size()).isZero();
        assertThat(pending.remove("p1")).isFalse();
    }

    @ParameterizedTest
    @MethodSource("coveringTheProduct")
    void coverItAsLongAsOneOfThemDoes(Target target) {
        pending.add(hard("p1", target));
        pending.add(hard("p2", target, Target.tag("third")));
        pending.remove("p1");
        assertThat(pending.cover(PRODUCT)).isTrue();
        pending.remove("p2");
        assertThat(pending.cover(PRODUCT)).isFalse();
    }

    @ParameterizedTest
    @MethodSource("coveringTheProduct")
    void coverNothingOnceTheyAreTakenBackThoughAnotherStays(Target target) {
        pending.add(hard("another", Target.tag("third")));
        pending.add(hard("p1", target));
        pending.add(hard("p2", target));
        pending.remove("p1");
        assertThat(pending.cover(PRODUCT)).isTrue();
        pending.remove("p2");
        assertThat(pending.cover(PRODUCT)).isFalse();
        assertThat(pending.size()).isEqualTo(1);
    }

    @Test
    void everythingCoversAll() {
        pending.add(hard("p1", Target.all()));
        assertThat(pending.cover(PRODUCT)).isTrue();
        assertThat(pending.cover(OTHER)).isTrue();
    }

    @Test
    void takeNoMoreThanTheirRoom() {
        Target[] many = Collections.nCopies(1000, Target.tag("many")).toArray(Target[]::new);
        for (int i = 0; i < 16; i++) {
            assertThat(pending.add(hard("p" + i, many))).isTrue();
        }
        Target[] rest = Collections.nCopies(PendingPurges.MAX_TARGETS - 16_000, Target.tag("rest"))
                .toArray(Target[]::new);
        assertThat(pending.add(hard("last", rest))).isTrue();
        assertThat(pending.add(hard("past", Target.tag("product:42")))).isFalse();
        assertThat(pending.cover(PRODUCT)).isFalse();
        pending.remove("last");
        assertThat(pending.add(hard("past", Target.tag("product:42")))).isTrue();
    }

    @Test
    void theLastHardPurgeOfATagIsTold() {
        assertThat(pending.lastPurgeOf("product:42")).isNull();
        pending.add(hard("p1", Target.tag("product:42")));
        assertThat(pending.lastPurgeOf("product:42")).isEqualTo("p1");
        pending.add(purge("p2", Purge.Mode.SOFT, Target.tag("product:42")));
        pending.add(hard("p3", Target.tag("other")));
        assertThat(pending.lastPurgeOf("product:42")).isEqualTo("p1");
        pending.add(hard("p4", Target.url("/a"), Target.all()));
        assertThat(pending.lastPurgeOf("product:42")).isEqualTo("p4");
    }

    @Test
    void whetherAnyIsOfATagIsTold() {
        assertThat(pending.hasTags()).isFalse();
        pending.add(hard("p1", Target.url("/a")));
        assertThat(pending.hasTags()).isFalse();
        pending.add(hard("p2", Target.tag("a")));
        assertThat(pending.hasTags()).isTrue();
        pending.remove("p2");
        pending.add(hard("p3", Target.group("a", "b", "c")));
        assertThat(pending.hasTags()).isTrue();
    }

    @Nested
    class InTheLedger {
        private final PurgeLedger ledger = new PurgeLedger("e", PurgeLedger.Limits.DEFAULT);

        private PurgeVerdict verdict(long filledAt) {
            return ledger.verdict(PRODUCT, new Position("e", filledAt));
        }

        @Test
        void whatIsExpectedCoversHoweverNewItIsAndNothingWhenItIsTakenBack() {
            ledger.advanceTo(5);
            ledger.expect(hard("p1", Target.tag("product:42")));
            assertThat(ledger.pending()).isEqualTo(1);
            assertThat(verdict(5)).isEqualTo(PurgeVerdict.ABSENT);
            ledger.unexpect("another");
            assertThat(verdict(5)).isEqualTo(PurgeVerdict.ABSENT);
            ledger.unexpect("p1");
            assertThat(verdict(5)).isEqualTo(PurgeVerdict.VALID);
            assertThat(ledger.pending()).isZero();
        }

        @Test
        void onceDeliveredItHasAPosition() {
            ledger.expect(hard("p1", Target.tag("product:42")));
            ledger.apply(hard("p1", Target.tag("product:42")), 6, 0);
            assertThat(ledger.pending()).isZero();
            assertThat(verdict(5)).isEqualTo(PurgeVerdict.ABSENT);
            assertThat(verdict(6)).isEqualTo(PurgeVerdict.VALID);
        }

        @Test
        void theLastPurgeOfATagIsTheExpectedOneAndThenItsPlaceInTheLog() {
            assertThat(ledger.lastPurgeOf("product:42")).isEmpty();
            ledger.expect(hard("p1", Target.tag("product:42")));
            assertThat(ledger.lastPurgeOf("product:42")).isEqualTo("p1");
            ledger.apply(hard("p1", Target.tag("product:42")), 6, 0);
            assertThat(ledger.lastPurgeOf("product:42")).isEqualTo("6");
        }

        @Test
        void whatThereIsNoRoomForCoversWhatWasFilledSoFar() {
            Target[] many = Collections.nCopies(1000, Target.tag("many")).toArray(Target[]::new);
            ledger.advanceTo(5);
            for (int i = 0; i < 16; i++) {
                ledger.expect(hard("p" + i, many));
            }
            many[0] = Target.tag("product:42");
            ledger.expect(hard("past", many));
            assertThat(ledger.pending()).isEqualTo(16);
            assertThat(verdict(5)).isEqualTo(PurgeVerdict.ABSENT);
            assertThat(verdict(6)).isEqualTo(PurgeVerdict.VALID);
        }

        @Test
        void whatIsPurgedHereIsSeenThoughNothingWasBefore() {
            PurgeMemo memo = new PurgeMemo();
            Position filled = new Position("e", 5);
            ledger.advanceTo(5);
            assertThat(ledger.verdict(PRODUCT, filled, memo)).isEqualTo(PurgeVerdict.VALID);
            ledger.purgeHere(hard("p1", new Target(Kind.PATTERN, "/products/*")));
            assertThat(ledger.verdict(PRODUCT, filled, memo)).isEqualTo(PurgeVerdict.ABSENT);
        }

        @Test
        void whatIsPurgedHereTakesNoMoreRoomThanWhatTheLogBrings() {
            PurgeLedger small = new PurgeLedger("e", new PurgeLedger.Limits(4, 4, Duration.ofHours(1)));
            for (int i = 0; i < 20; i++) {
                small.advanceTo(i);
                small.purgeHere(hard("p" + i, Target.tag("t" + i)));
                assertThat(small.size()).isLessThanOrEqualTo(4);
            }
        }

        @Test
        void whatIsPurgedHereIsPurgedAsByTheLogsNextRecord() {
            ledger.advanceTo(5);
            ledger.purgeHere(hard("p1", Target.tag("product:42")));
            assertThat(verdict(5)).isEqualTo(PurgeVerdict.ABSENT);
            assertThat(verdict(6)).isEqualTo(PurgeVerdict.VALID);
            assertThat(ledger.watermark().offset()).isEqualTo(5);
        }

        @Test
        void aFloorThatIsRaisedTakesAllThatIsOlder() {
            ledger.advanceTo(5);
            ledger.raiseFloor(4);
            assertThat(ledger.floor()).isEqualTo(4);
            assertThat(verdict(3)).isEqualTo(PurgeVerdict.ABSENT);
            assertThat(verdict(5)).isEqualTo(PurgeVerdict.VALID);
        }

        @Test
        void whoWaitsIsToldWhenThePositionIsReachedAndNotBefore() {
            var waiters = new WatermarkWaiters(ledger);
            ledger.advanceTo(5);
            assertThat(waiters.await(new Position("e", 5), Duration.ofMinutes(5)))
                    .isCompletedWithValue(true);
            CompletableFuture<Boolean> six = waiters.await(new Position("e", 6), Duration.ofMinutes(5));
            CompletableFuture<Boolean> eight = waiters.await(new Position("e", 8), Duration.ofMinutes(5));
            waiters.run();
            assertThat(six).isNotDone();
            ledger.advanceTo(7);
            waiters.run();
            assertThat(six).isCompletedWithValue(true);
            assertThat(eight).isNotDone();
            assertThat(waiters.await(new Position("e", 9), Duration.ofMillis(1)))
                    .succeedsWithin(Duration.ofSeconds(30))
                    .isEqualTo(false);
        }
    }

    @Test
    void onlyWhoIsCurrentIsTrusted() {
        assertThat(Standing.CURRENT.trust()).isNotEqualTo(Standing.CUT_OFF.trust());
        assertThat(Standing.REPLAYING.trust()).isEqualTo(Standing.CUT_OFF.trust());
        assertThat(Standing.CUT_OFF.label()).isEqualTo("cut-off");
    }
}
