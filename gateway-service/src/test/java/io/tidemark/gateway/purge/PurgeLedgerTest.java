package io.tidemark.gateway.purge;

import static io.tidemark.gateway.cache.PurgeVerdict.ABSENT;
import static io.tidemark.gateway.cache.PurgeVerdict.STALE;
import static io.tidemark.gateway.cache.PurgeVerdict.VALID;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.gateway.cache.PurgeSubject;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What purges say of stored responses. */
class PurgeLedgerTest {
    private static final String EPOCH = "e1";

    private final PurgeLedger ledger = new PurgeLedger(EPOCH, PurgeLedger.Limits.DEFAULT);
    private final PurgeSubject product = new PurgeSubject(
            List.of("shop.example", "origin.internal"), "/products/42", "color=red", Set.of("product:42", "products"));

    private static Purge purge(Purge.Mode mode, Target... targets) {
        return new Purge("id", "test", List.of(targets), mode, null, Instant.EPOCH);
    }

    private void hard(long offset, Target... targets) {
        ledger.apply(purge(Purge.Mode.HARD, targets), offset, 0);
    }

    private void soft(long offset, Target... targets) {
        ledger.apply(purge(Purge.Mode.SOFT, targets), offset, 0);
    }

    private static Position at(long offset) {
        return new Position(EPOCH, offset);
    }

    @Nested
    class Positions {
        @Test
        void a_response_filled_before_the_purge_is_absent_and_one_filled_after_it_is_valid() {
            hard(7, Target.tag("product:42"));
            assertThat(ledger.verdict(product, at(6))).isEqualTo(ABSENT);
            assertThat(ledger.verdict(product, at(7))).isEqualTo(VALID);
            assertThat(ledger.verdict(product, at(9))).isEqualTo(VALID);
        }

        @Test
        void a_soft_purge_makes_stale_and_a_hard_one_after_or_before_it_absent() {
            soft(3, Target.tag("product:42"));
            assertThat(ledger.verdict(product, at(2))).isEqualTo(STALE);
            hard(4, Target.tag("products"));
            assertThat(ledger.verdict(product, at(2))).isEqualTo(ABSENT);
            soft(5, Target.tag("products"));
            assertThat(ledger.verdict(product, at(4))).isEqualTo(STALE);
            assertThat(ledger.verdict(product, at(3))).isEqualTo(ABSENT);
        }

        @Test
        void a_response_of_another_epoch_is_absent() {
            assertThat(ledger.verdict(product, new Position("e0", 99))).isEqualTo(ABSENT);
            ledger.startEpoch("e2");
            assertThat(ledger.verdict(product, at(99))).isEqualTo(ABSENT);
            assertThat(ledger.verdict(product, ledger.watermark())).isEqualTo(VALID);
        }

        @Test
        void all_targets_of_one_purge_have_its_position() {
            hard(0, Target.tag("a"), Target.tag("b"), Target.url("/c"));
            assertThat(ledger.watermark()).isEqualTo(at(0));
            assertThat(ledger.size()).isEqualTo(3);
        }

        @Test
        void a_purge_that_was_applied_already_changes_nothing() {
            hard(5, Target.tag("x"));
            hard(5, Target.all());
            assertThat(ledger.verdict(product, at(4))).isEqualTo(VALID);
        }
    }

    @Nested
    class Targets {
        @ParameterizedTest(name = "{0} {1} covers /products/42?color=red of shop.example and origin.internal: {2}")
        @CsvSource(quoteCharacter = '"', textBlock = """
            TAG,     product:42,                               true
            TAG,     product:4,                                false
            HOST,    SHOP.example:8443,                        true
            HOST,    origin.internal,                          true
            HOST,    other.example,                            false
            URL,     /products/42,                             true
            URL,     /products/42?color=red,                   true
            URL,     /products/42?color=blue,                  false
            URL,     /products/42?,                            false
            URL,     /products,                                false
            URL,     https://shop.example/products/42,         true
            URL,     https://Shop.Example:8443/products/42#top, true
            URL,     http://other.example/products/42,         false
            URL,     /%70roducts/42,                           true
            INVALID, url http://./products/42,                 false
            INVALID, host :80,                                 false
            ALL,     "",                                       true
            GROUP,   shop.example origin.internal products,    true
            GROUP,   shop.example origin.internal other,       false
            GROUP,   other.example origin.internal products,   false
            GROUP,   shop.example other.internal products,     false
            GROUP,   origin.internal shop.example products,    false
            HOST,    shop.example.,                            true
            URL,     https://shop.example./products/42,        true
            PREFIX,  /products/,                               true
            PREFIX,  /prod,                                    true
            PREFIX,  /products/42?color=,                      true
            PREFIX,  /products/42?colour,                      false
            PREFIX,  https://shop.example/,                    true
            PREFIX,  https://shop.example,                     true
            PREFIX,  https://other.example/,                   false
            PATTERN, /products/*,                              true
            PATTERN, /*,                                       false
            PATTERN, /**,                                      true
            PATTERN, /**/42,                                   true
            PATTERN, /*/4*,                                    true
            PATTERN, /products/42?color=*,                     true
            PATTERN, https://shop.example/**,                  true
            PATTERN, https://other.example/**,                 false
            """)
        void cover(Target.Kind kind, String value, boolean covered) {
            Target target = new Target(kind, value);
            hard(1, target);
            assertThat(ledger.verdict(product, at(0))).isEqualTo(covered ? ABSENT : VALID);
            assertThat(ledger.verdict(product, at(1))).isEqualTo(VALID);
            assertThat(Cover.of(target).covers(product)).isEqualTo(covered);
        }

        @Test
        void a_url_with_an_empty_query_covers_only_the_bare_path() {
            PurgeSubject bare = new PurgeSubject(List.of("shop.example"), "/products/42", null, Set.of());
            hard(1, Target.url("/products/42?"));
            assertThat(ledger.verdict(bare, at(0))).isEqualTo(ABSENT);
            assertThat(ledger.verdict(product, at(0))).isEqualTo(VALID);
        }

        @Test
        void all_covers_everything() {
            hard(1, Target.all());
            assertThat(ledger.verdict(product, at(0))).isEqualTo(ABSENT);
        }

        @Test
        void a_path_outside_of_ascii_is_covered_by_its_plain_form() {
            PurgeSubject cafe = new PurgeSubject(List.of("shop.example"), "/caf%c3%a9", null, Set.of());
            hard(1, Target.url("/café"));
            assertThat(ledger.verdict(cafe, at(0))).isEqualTo(ABSENT);
        }

        @Test
        void the_same_pattern_again_takes_no_more_room() {
            for (int i = 0; i < 100; i++) {
                hard(i, new Target(Target.Kind.PATTERN, "/products/*"));
            }
            assertThat(ledger.size()).isEqualTo(1);
            assertThat(ledger.verdict(product, at(98))).isEqualTo(ABSENT);
        }
    }

    @Nested
    class Memo {
        @Test
        void a_purge_after_the_memo_is_seen() {
            PurgeMemo memo = new PurgeMemo();
            hard(1, new Target(Target.Kind.PATTERN, "/other/*"));
            assertThat(ledger.verdict(product, at(0), memo)).isEqualTo(VALID);
            assertThat(memo.validThrough()).isEqualTo(ledger.head());
            hard(2, new Target(Target.Kind.PATTERN, "/products/*"));
            assertThat(ledger.verdict(product, at(0), memo)).isEqualTo(ABSENT);
        }

        @Test
        void a_new_epoch_voids_it() {
            PurgeMemo memo = new PurgeMemo();
            assertThat(ledger.verdict(product, at(0), memo)).isEqualTo(VALID);
            ledger.startEpoch("e2");
            assertThat(ledger.verdict(product, at(0), memo)).isEqualTo(ABSENT);
        }
    }

    @Nested
    class Expected {
        @Test
        void a_purge_that_the_log_has_not_delivered_covers_whatever_matches_however_new() {
            Purge own = purge(Purge.Mode.HARD, Target.url("/products/42"));
            PurgeMemo memo = new PurgeMemo();
            assertThat(ledger.verdict(product, at(3), memo)).isEqualTo(VALID);
            ledger.expect(own);
            assertThat(ledger.verdict(product, at(3), memo)).isEqualTo(ABSENT);
            assertThat(ledger.verdict(product, at(99))).isEqualTo(ABSENT);

            ledger.apply(own, 4, 0);
            assertThat(ledger.pending()).isZero();
            assertThat(ledger.verdict(product, at(3))).isEqualTo(ABSENT);
            assertThat(ledger.verdict(product, at(4))).isEqualTo(VALID);
        }

        @Test
        void its_second_delivery_does_not_cover_what_was_filled_after_it() {
            Purge own = purge(Purge.Mode.HARD, Target.url("/products/42"));
            ledger.expect(own);
            ledger.apply(own, 4, 0);
            ledger.apply(own, 5, 0);
            assertThat(ledger.verdict(product, at(5))).isEqualTo(VALID);
        }
    }

    @Nested
    class Joining {
        private final PurgeSubject unknownTags =
                new PurgeSubject(product.hosts(), product.path(), product.query(), Set.of());

        @Test
        void an_answer_that_is_under_way_may_be_joined_while_nothing_can_cover_it() {
            hard(1, Target.url("/other"));
            assertThat(ledger.stillStands(unknownTags, at(0))).isTrue();
        }

        @Test
        void any_purge_of_a_tag_speaks_against_it() {
            hard(1, Target.tag("whatever"));
            assertThat(ledger.stillStands(unknownTags, at(0))).isFalse();
            assertThat(ledger.stillStands(unknownTags, at(1))).isTrue();
        }

        @Test
        void so_does_a_soft_purge_and_another_epoch() {
            soft(1, Target.tag("whatever"));
            assertThat(ledger.stillStands(unknownTags, at(0))).isFalse();
            soft(2, Target.url("/products/42"));
            assertThat(ledger.stillStands(unknownTags, at(1))).isFalse();
            assertThat(ledger.stillStands(unknownTags, new Position("e0", 5))).isFalse();
        }
    }
}
