package io.tidemark.gateway.purge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.contracts.Target.Kind;
import io.tidemark.gateway.cache.PurgeSubject;
import io.tidemark.gateway.cache.PurgeVerdict;
import io.tidemark.gateway.purge.PurgeLedger.Limits;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What is remembered of one epoch, to the offset and to the character. */
class PurgeBookTest {
    private static final PurgeSubject PRODUCT =
            new PurgeSubject(List.of("shop.example"), "/products/42", "color=red", Set.of("product:42"));

    private final PurgeBook book = new PurgeBook("e");

    private void hard(long offset, Target target) {
        book.add(target, offset, true, offset);
    }

    private void soft(long offset, Target target) {
        book.add(target, offset, false, offset);
    }

    private PurgeVerdict verdict(long filledAt) {
        return book.verdict(PRODUCT, filledAt, PurgeMemo.NEVER);
    }

    private static Target pattern(String value) {
        return new Target(Kind.PATTERN, value);
    }

    @Test
    void ofSeveralTargetsTheLastPurgeCounts() {
        hard(1, Target.tag("product:42"));
        hard(2, Target.url("/products/42"));
        assertThat(verdict(1)).isEqualTo(PurgeVerdict.ABSENT);
        assertThat(verdict(2)).isEqualTo(PurgeVerdict.VALID);
        hard(3, pattern("/products/*"));
        soft(4, Target.tag("product:42"));
        assertThat(verdict(2)).isEqualTo(PurgeVerdict.ABSENT);
        assertThat(verdict(3)).isEqualTo(PurgeVerdict.STALE);
        assertThat(verdict(4)).isEqualTo(PurgeVerdict.VALID);
    }

    @Test
    void aPrefixMayBeTheWholePathAndItsQueryAndNoMore() {
        hard(1, new Target(Kind.PREFIX, "/products/42?color=red"));
        assertThat(verdict(0)).isEqualTo(PurgeVerdict.ABSENT);
        hard(2, new Target(Kind.PREFIX, "/products/42?color=reddish"));
        assertThat(verdict(1)).isEqualTo(PurgeVerdict.VALID);
    }

    @Test
    void prefixesOfManyLengthsAreFoundInWhateverOrderTheyCame() {
        PurgeSubject digits = new PurgeSubject(List.of(), "/0123456789", null, Set.of());
        int offset = 0;
        for (int length : new int[] {5, 2, 9, 5, 3, 7, 4}) {
            hard(++offset, new Target(Kind.PREFIX, "/0123456789".substring(0, length)));
            assertThat(book.verdict(digits, offset - 1, PurgeMemo.NEVER)).isEqualTo(PurgeVerdict.ABSENT);
            assertThat(book.verdict(digits, offset, PurgeMemo.NEVER)).isEqualTo(PurgeVerdict.VALID);
        }
    }

    @Test
    void theLastHardPurgeOfATagIsTold() {
        assertThat(book.lastPurgeOf("a")).isEmpty();
        soft(1, Target.tag("a"));
        assertThat(book.lastPurgeOf("a")).isEmpty();
        hard(2, Target.tag("a"));
        soft(3, Target.tag("a"));
        hard(4, Target.tag("b"));
        assertThat(book.lastPurgeOf("a")).isEqualTo("2");
    }

    @Test
    void whetherTagsWerePurgedSinceIsTold() {
        hard(1, Target.url("/a"));
        assertThat(book.hasTagsAfter(0)).isFalse();
        hard(2, Target.tag("a"));
        assertThat(book.hasTagsAfter(1)).isTrue();
        assertThat(book.hasTagsAfter(2)).isFalse();
        soft(3, Target.group("shop.example", "shop.example", "a"));
        assertThat(book.hasTagsAfter(2)).isTrue();
    }

    @Nested
    class Room {
        @Test
        void aTargetCountsForOneAndForOneMoreForEach64CharactersAndOnce() {
            hard(1, Target.tag("x".repeat(63)));
            assertThat(book.weight()).isEqualTo(1);
            hard(2, Target.tag("x".repeat(64)));
            assertThat(book.weight()).isEqualTo(3);
            hard(3, Target.tag("x".repeat(128)));
            assertThat(book.weight()).isEqualTo(6);
            hard(4, Target.tag("x".repeat(128)));
            soft(5, Target.tag("x".repeat(128)));
            assertThat(book.weight()).isEqualTo(6);
            hard(6, pattern("/a/*"));
            assertThat(book.weight()).isEqualTo(7);
        }

        @Test
        void allKindsAreCounted() {
            hard(1, Target.tag("a"));
            hard(2, Target.group("a", "b", "c"));
            hard(3, Target.url("/a"));
            hard(4, new Target(Kind.HOST, "a.example"));
            hard(5, new Target(Kind.PREFIX, "/a"));
            hard(6, pattern("/a*"));
            assertThat(book.size()).isEqualTo(6);
            assertThat(book.weight()).isEqualTo(6);
        }

        @Test
        void whatIsNotAboveTheFloorIsForgottenAndWhatWasFilledBelowItIsPurged() {
            hard(1, Target.tag("a"));
            hard(2, Target.tag("y".repeat(64)));
            hard(2, pattern("/b/*"));
            hard(3, pattern("/c/*"));
            hard(4, Target.url("/a"));
            book.raiseFloor(2);
            assertThat(book.size()).isEqualTo(2);
            assertThat(book.weight()).isEqualTo(2);
            assertThat(verdict(1)).isEqualTo(PurgeVerdict.ABSENT);
            assertThat(verdict(2)).isEqualTo(PurgeVerdict.VALID);
            book.raiseFloor(1);
            assertThat(book.floor()).isEqualTo(2);
        }

        @Test
        void theMedianIsOfTheRoomAndNotOfTheTargets() {
            book.raiseFloor(1);
            assertThat(book.median()).isEqualTo(1);
            for (int offset = 2; offset <= 6; offset++) {
                hard(offset, Target.tag("t" + offset));
            }
            assertThat(book.median()).isEqualTo(4);
            hard(7, Target.tag("x".repeat(64 * 6)));
            assertThat(book.median()).isEqualTo(7);
        }

        @Test
        void theMedianOfPatternsIsTheMiddleOne() {
            for (int offset = 1; offset <= 5; offset++) {
                hard(offset, pattern("/" + offset + "*"));
            }
            assertThat(book.medianOfPatterns()).isEqualTo(3);
        }
    }

    @Nested
    class Patterns {
        private final PatternMarks marks = new PatternMarks();

        private void add(String pattern, long offset, boolean hard) {
            marks.add((Cover.Pattern) Cover.of(pattern(pattern)), offset, hard, 10 + offset, _ -> {});
        }

        private Mark marked(long afterOffset, long afterStamp) {
            return marks.markOf(PRODUCT, afterOffset, afterStamp);
        }

        @Test
        void onlyThoseAreTriedThatTheAskerDoesNotKnow() {
            add("/products/*", 5, true);
            assertThat(marked(4, 14)).isEqualTo(Mark.at(5, true));
            assertThat(marked(5, 14)).isEqualTo(Mark.UNMARKED);
            assertThat(marked(4, 15)).isEqualTo(Mark.UNMARKED);
        }

        @Test
        void aSoftOneHidesNoHardOne() {
            add("/products/*", 5, true);
            add("/products/*", 6, false);
            assertThat(marks.size()).isEqualTo(2);
            assertThat(marked(0, 0)).isEqualTo(new Mark(5, 6));
            assertThat(marked(5, 0)).isEqualTo(Mark.at(6, false));
        }

        @Test
        void theSameOneIsKeptOnceInItsNewPlace() {
            add("/products/*", 5, true);
            add("/other/*", 6, true);
            add("/products/*", 7, true);
            assertThat(marks.size()).isEqualTo(2);
            assertThat(marks.offsetAt(0)).isEqualTo(6);
            assertThat(marks.offsetAt(1)).isEqualTo(7);
            marks.forgetThrough(6);
            assertThat(marks.size()).isEqualTo(1);
            assertThat(marked(0, 0)).isEqualTo(Mark.at(7, true));
        }

        @Test
        void ofAHostTheOlderHalfIsForgottenWhenItHasTooManyAndOfNoHostNone() {
            for (int i = 0; i < PatternMarks.MOST_OF_ONE_HOST; i++) {
                add("/" + i + "/*", i, true);
                hard(i, pattern("https://mine.example/" + i + "/*"));
            }
            assertThat(book.patterns()).isEqualTo(250);
            hard(250, pattern("https://mine.example/250/*"));
            assertThat(book.patterns()).isEqualTo(126);
            PurgeSubject mine = new PurgeSubject(List.of("mine.example"), "/never", null, Set.of());
            assertThat(book.verdict(mine, 123, -1)).isEqualTo(PurgeVerdict.ABSENT);
            assertThat(book.verdict(mine, 124, -1)).isEqualTo(PurgeVerdict.VALID);
            add("/250/*", 250, true);
            assertThat(marks.size()).isEqualTo(251);
        }
    }

    @Nested
    class Ledger {
        private PurgeLedger ledger(int targets, int patterns, Duration age) {
            return new PurgeLedger("e", new Limits(targets, patterns, age));
        }

        private static Purge purge(Target... targets) {
            return new Purge("p", "test", List.of(targets), Purge.Mode.HARD, null, Instant.EPOCH);
        }

        @Test
        void remembersAsMuchAsItsLimitsSayAndNoMore() {
            PurgeLedger ledger = ledger(4, 2, Duration.ofHours(1));
            ledger.apply(purge(Target.tag("a"), Target.tag("b")), 1, 0);
            ledger.apply(purge(pattern("/a*"), pattern("/b*")), 2, 0);
            assertThat(ledger.size()).isEqualTo(4);
            assertThat(ledger.floor()).isEqualTo(-1);
            ledger.apply(purge(pattern("/c*")), 3, 0);
            assertThat(ledger.floor()).isPositive();
        }

        @Test
        void forgetsWhatIsOlderThanTheAgeAndNothingThatIsAsOld() {
            PurgeLedger ledger = ledger(100, 100, Duration.ofNanos(640));
            ledger.apply(purge(Target.tag("a")), 1, 1000);
            ledger.apply(purge(Target.tag("b")), 2, 1010); // no sixty-fourth after the one before
            ledger.apply(purge(Target.tag("c")), 3, 1011);
            ledger.apply(purge(Target.tag("d")), 4, 1640);
            assertThat(ledger.floor()).isEqualTo(-1);
            ledger.apply(purge(Target.tag("e")), 5, 1641);
            assertThat(ledger.floor()).isEqualTo(1);
            ledger.apply(purge(Target.tag("f")), 6, 1651);
            assertThat(ledger.floor()).isEqualTo(1);
            ledger.apply(purge(Target.tag("g")), 7, 1652);
            assertThat(ledger.floor()).isEqualTo(3);
        }

        @Test
        void theAgeOfAnEarlierLogForgetsNothingOfAnother() {
            PurgeLedger ledger = ledger(100, 100, Duration.ofNanos(640));
            ledger.apply(purge(Target.tag("a")), 100, 1000);
            ledger.startEpoch("f");
            ledger.apply(purge(Target.tag("b")), 0, 2000);
            assertThat(ledger.floor()).isEqualTo(-1);
        }

        @Test
        void limitsLeaveRoomForSomething() {
            assertThat(new Limits(2, 2, Duration.ofNanos(1)).age()).isPositive();
            assertThatThrownBy(() -> new Limits(1, 2, Duration.ofNanos(1)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new Limits(2, 1, Duration.ofNanos(1)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new Limits(2, 2, Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void eachChangeAndNothingElseVoidsWhatWasFoundBefore() {
            PurgeLedger ledger = ledger(100, 100, Duration.ofHours(1));
            long head = ledger.head();
            ledger.advanceTo(5);
            assertThat(ledger.head()).isEqualTo(++head);
            ledger.advanceTo(5);
            ledger.unexpect("nobody's");
            assertThat(ledger.head()).isEqualTo(head);
            ledger.apply(purge(Target.tag("a")), 6, 0);
            ledger.raiseFloor(3);
            ledger.startEpoch("f");
            ledger.purgeHere(purge(Target.tag("b")));
            ledger.expect(purge(Target.tag("c")));
            ledger.unexpect("p");
            assertThat(ledger.head()).isEqualTo(head + 6);
        }
    }
}
