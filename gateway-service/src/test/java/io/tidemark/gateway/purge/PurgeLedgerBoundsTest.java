package io.tidemark.gateway.purge;

import static io.tidemark.gateway.cache.PurgeVerdict.ABSENT;
import static io.tidemark.gateway.cache.PurgeVerdict.VALID;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.gateway.cache.PurgeSubject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.openjdk.jol.info.GraphLayout;

/** How much of the purges is remembered, and what becomes of the rest. */
class PurgeLedgerBoundsTest {
    private static final String EPOCH = "e1";

    private final PurgeSubject product = new PurgeSubject(
            List.of("shop.example", "origin.internal"), "/products/42", "color=red", Set.of("product:42", "products"));

    private static Purge purge(Purge.Mode mode, Target... targets) {
        return new Purge("id", "test", List.of(targets), mode, null, Instant.EPOCH);
    }

    private static Position at(long offset) {
        return new Position(EPOCH, offset);
    }

    @Nested
    class Forgetting {
        @Test
        void past_the_most_targets_the_oldest_are_forgotten_and_what_was_filled_before_them_is_absent() {
            PurgeLedger small = new PurgeLedger(EPOCH, new PurgeLedger.Limits(100, 10, Duration.ofHours(1)));
            for (int i = 0; i < 1000; i++) {
                small.apply(purge(Purge.Mode.HARD, Target.tag("t" + i)), i, 0);
                assertThat(small.size()).isLessThanOrEqualTo(100);
            }
            assertThat(small.floor()).isGreaterThan(800);
            assertThat(small.verdict(product, at(0))).isEqualTo(ABSENT);
            assertThat(small.verdict(product, at(999))).isEqualTo(VALID);
        }

        @Test
        void a_long_target_counts_for_as_many_as_it_takes_the_room_of() {
            PurgeLedger small = new PurgeLedger(EPOCH, new PurgeLedger.Limits(100, 10, Duration.ofHours(1)));
            String nine = "x".repeat(9 * 64 - 10);
            for (int i = 0; i < 1000; i++) {
                small.apply(purge(Purge.Mode.HARD, Target.tag(nine + i)), i, 0);
                assertThat(small.size()).isLessThanOrEqualTo(100 / 9);
                assertThat(small.floor()).isGreaterThanOrEqualTo(i - 100 / 9);
            }
            assertThat(small.verdict(product, at(980))).isEqualTo(ABSENT);
            for (int i = 1000; i < 1100; i++) { // the same one again takes no more room
                small.apply(purge(Purge.Mode.HARD, Target.tag(nine)), i, 0);
            }
            assertThat(small.floor()).isLessThan(1000);
        }

        @Test
        void one_purge_of_more_than_it_may_remember_covers_all_that_was_filled_before() {
            PurgeLedger small = new PurgeLedger(EPOCH, new PurgeLedger.Limits(100, 10, Duration.ofHours(1)));
            Target[] many =
                    IntStream.range(0, 1000).mapToObj(i -> Target.tag("t" + i)).toArray(Target[]::new);
            small.apply(purge(Purge.Mode.HARD, many), 5, 0);
            assertThat(small.size()).isLessThanOrEqualTo(100);
            assertThat(small.verdict(product, at(4))).isEqualTo(ABSENT);
            assertThat(small.verdict(product, at(5))).isEqualTo(VALID);
        }

        @Test
        void past_the_most_patterns_too() {
            PurgeLedger small = new PurgeLedger(EPOCH, new PurgeLedger.Limits(100, 10, Duration.ofHours(1)));
            for (int i = 0; i < 1000; i++) {
                small.apply(purge(Purge.Mode.HARD, new Target(Target.Kind.PATTERN, "/" + i + "/*")), i, 0);
                assertThat(small.size()).isLessThanOrEqualTo(10);
            }
            assertThat(small.verdict(product, at(900))).isEqualTo(ABSENT);
            for (long kept = small.floor() + 1; kept < 1000; kept++) {
                PurgeSubject covered = new PurgeSubject(List.of("shop.example"), "/" + kept + "/x", null, Set.of());
                assertThat(small.verdict(covered, at(kept - 1))).isEqualTo(ABSENT);
                assertThat(small.verdict(covered, at(kept))).isEqualTo(VALID);
            }
        }

        @Test
        void a_purge_older_than_the_age_is_forgotten() {
            PurgeLedger old = new PurgeLedger(EPOCH, new PurgeLedger.Limits(100, 10, Duration.ofHours(1)));
            old.apply(purge(Purge.Mode.HARD, Target.tag("a")), 0, 0);
            old.apply(
                    purge(Purge.Mode.HARD, Target.tag("b")),
                    1,
                    Duration.ofMinutes(61).toNanos());
            assertThat(old.size()).isEqualTo(1);
            assertThat(old.verdict(product, at(-1))).isEqualTo(ABSENT);
            assertThat(old.verdict(product, at(0))).isEqualTo(VALID);
        }

        @Test
        void the_same_tag_a_million_times_takes_no_more_room() {
            PurgeLedger ledger = new PurgeLedger(EPOCH, PurgeLedger.Limits.DEFAULT);
            for (int i = 0; i < 1_000_000; i++) {
                ledger.apply(purge(Purge.Mode.HARD, Target.tag("product:42")), i, 0);
            }
            assertThat(ledger.size()).isEqualTo(1);
        }
    }

    @Nested
    class AMillionPurgedTags {
        private static final int MANY = 1_000_000;

        private PurgeLedger of(int tags) {
            PurgeLedger full = new PurgeLedger(EPOCH, PurgeLedger.Limits.DEFAULT);
            for (int i = 0; i < tags; i++) {
                full.apply(purge(Purge.Mode.HARD, Target.tag("product:" + (i + 100))), i, 0);
            }
            assertThat(full.size()).isEqualTo(tags);
            assertThat(full.verdict(product, at(-1))).isEqualTo(VALID);
            return full;
        }

        /** A lookup that went through them would take ten thousand times as long. */
        @Test
        void make_a_verdict_hardly_longer_than_a_hundred_do() {
            PurgeLedger few = of(100);
            PurgeLedger many = of(MANY);
            nanosForVerdicts(few);
            nanosForVerdicts(many);
            assertThat(nanosForVerdicts(many)).isLessThan(50 * nanosForVerdicts(few));
        }

        private long nanosForVerdicts(PurgeLedger of) {
            long best = Long.MAX_VALUE;
            for (int round = 0; round < 5; round++) {
                long begin = System.nanoTime();
                for (int i = 0; i < 10_000; i++) {
                    assertThat(of.verdict(product, at(-1)) == VALID).isTrue();
                }
                best = Math.min(best, System.nanoTime() - begin);
            }
            return best;
        }

        @Test
        void take_at_most_200_bytes_each() {
            System.setProperty("jol.magicFieldOffset", "true");
            int counted = MANY / 20; // every object is visited, which takes long
            assertThat(GraphLayout.parseInstance(of(counted)).totalSize() / counted)
                    .isBetween(50L, 200L);
        }
    }
}
