package io.tidemark.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.cache.CacheUnderTest.How;
import io.tidemark.gateway.cache.CacheUnderTest.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cannot be asked of a gateway from outside: positions, purges, being cut off, decisions. Beside the tables of tests. */
class InsideTheEngineTest {
    @Nested
    class Parts {
        @Test
        void ofOneStrongEntityTagArePutTogetherWithTheOldestPosition() {
            PureCache cache = new PureCache().watermark(3);
            cache.origin(206, "Cache-Control: max-age=60 ~ ETag: \"a\" ~ Content-Range: bytes 0-4/10", "01234")
                    .get("Range: bytes=0-4");
            cache.watermark(9)
                    .origin(206, "Cache-Control: max-age=60 ~ ETag: \"a\" ~ Content-Range: bytes 5-9/10", "56789")
                    .get("Range: bytes=5-9");

            assertThat(cache.get())
                    .extracting(Outcome::how, Outcome::status, Outcome::body)
                    .containsExactly(How.HIT, 200, "0123456789");
            assertThat(cache.stored().getFirst().filledAt().offset()).isEqualTo(3);
        }
    }

    @Nested
    class Stale {
        @Test
        void whileTheOriginIsKnownToBeDownTheWindowIsExtended() {
            PureCache cache = new PureCache().origin("Cache-Control: max-age=2, stale-if-error=60");
            cache.get();
            PresentedRequest request = PureCache.request("GET", null);
            CacheDecision decision = cache.later(100).decide(request);

            assertThat(cache.policy()
                            .onOriginFailure(decision, Duration.ofSeconds(30), PureCache.START.plusSeconds(92)))
                    .isPresent();
            assertThat(cache.policy()
                            .onOriginFailure(decision, Duration.ofSeconds(30), PureCache.START.plusSeconds(93)))
                    .isEmpty();
        }

        @ParameterizedTest(name = "a soft purge of {0}: {1}")
        @CsvSource(delimiter = '|', textBlock = """
            max-age=60, stale-while-revalidate=10                   | STALE
            max-age=60                                              | ORIGIN
            max-age=60, stale-while-revalidate=10, must-revalidate  | ORIGIN
            """)
        void aSoftPurgeMakesStale(String directives, How expected) {
            PureCache cache = new PureCache().origin("Cache-Control: " + directives);
            cache.get();

            assertThat(cache.purged(PurgeVerdict.STALE).get().how()).isEqualTo(expected);
        }

        @Test
        void aSoftlyPurgedResponseIsRefreshedBehindAndNeverServedByMaxStale() {
            PureCache cache = new PureCache().origin("Cache-Control: max-age=60 ~ ETag: \"a\"");
            cache.get();

            assertThat(cache.purged(PurgeVerdict.STALE)
                            .get("Cache-Control: max-stale")
                            .how())
                    .isEqualTo(How.ORIGIN);
        }

        @Test
        void aHardPurgeMakesAbsent() {
            PureCache cache =
                    new PureCache().origin("Cache-Control: max-age=60, stale-while-revalidate=60, stale-if-error=60");
            cache.get();

            assertThat(cache.purged(PurgeVerdict.ABSENT)
                            .originDown()
                            .get("Cache-Control: max-stale")
                            .how())
                    .isEqualTo(How.TIMEOUT);
        }

        @ParameterizedTest(name = "cut off from the purge log, {0}: {1}")
        @CsvSource(
                nullValues = "-",
                value = {"up,REVALIDATED", "down,TIMEOUT"})
        void cutOffEachUseIsConfirmedAndNothingIsServedUnconfirmed(String origin, How expected) {
            PureCache cache = new PureCache()
                    .origin("Cache-Control: max-age=60, stale-while-revalidate=60, stale-if-error=60 ~ ETag: \"a\"");
            cache.get();
            cache.cutOff().origin(304, "ETag: \"a\"", "");
            if (origin.equals("down")) {
                cache.originDown();
            }

            assertThat(cache.get().how()).isEqualTo(expected);
        }
    }

    @Nested
    class Validation {
        @Test
        void movesThePositionToThatOfItsRequest() {
            PureCache cache = new PureCache()
                    .origin("Cache-Control: max-age=0 ~ ETag: \"a\"")
                    .watermark(3);
            cache.get();
            cache.watermark(7).origin(304, "ETag: \"a\"", "").get();

            assertThat(cache.stored().getFirst().filledAt().offset()).isEqualTo(7);
        }

        @Test
        void renewsTheStoredResponseThatItDescribesAndMovesNoPosition() {
            PureCache cache = new PureCache()
                    .origin("Cache-Control: max-age=1 ~ A: 1 ~ B: 1")
                    .watermark(3);
            cache.get();
            cache.watermark(7)
                    .later(3)
                    .origin(200, "Cache-Control: max-age=60 ~ A: 2 ~ Content-Length: 6", "")
                    .send("HEAD", null);

            assertThat(cache.later(3).get()).satisfies(hit -> {
                assertThat(hit.how()).isEqualTo(How.HIT);
                assertThat(hit.headers().all("A")).containsExactly("2");
                assertThat(hit.headers().all("B")).containsExactly("1");
                assertThat(hit.body()).isEqualTo("body 0");
            });
            assertThat(cache.stored().getFirst().filledAt().offset()).isEqualTo(3);
        }
    }

    @Nested
    class Variants {
        @Test
        void theConditionNamesThemAll() {
            PureCache engine = new PureCache();
            engine.origin("Cache-Control: max-age=60 ~ Vary: Foo ~ ETag: \"a\"").get("Foo: 1");
            engine.origin("Cache-Control: max-age=60 ~ Vary: Foo ~ ETag: \"b\"").get("Foo: 2");

            engine.get("Foo: 3");

            assertThat(engine.forwarded().all("If-None-Match")).containsExactly("\"a\", \"b\"");
        }

        @Test
        void theLatestOfSeveralThatMatchIsUsed() {
            PureCache cache = new PureCache();
            cache.origin(200, "Cache-Control: max-age=60 ~ Vary: Foo", "by foo").get("Foo: 1");
            cache.later(5)
                    .origin(200, "Cache-Control: max-age=60 ~ Vary: Bar", "by bar")
                    .get("Foo: 2 ~ Bar: 1");

            assertThat(cache.stored()).hasSize(2);
            assertThat(cache.get("Foo: 1 ~ Bar: 1").body()).isEqualTo("by bar");
        }

        @Test
        void theReasonOfAMissIsTold() {
            PureCache cache = new PureCache().origin("Cache-Control: max-age=60 ~ Vary: Foo");
            cache.get("Foo: 1");

            assertThat(cache.decide(PureCache.request("GET", "Foo: 2")))
                    .isInstanceOfSatisfying(
                            CacheDecision.Fetch.class,
                            fetch -> assertThat(fetch.reason()).isEqualTo(FwdReason.VARY_MISS));
            assertThat(new PureCache().decide(PureCache.request("GET", null)))
                    .isInstanceOfSatisfying(
                            CacheDecision.Fetch.class,
                            fetch -> assertThat(fetch.reason()).isEqualTo(FwdReason.URI_MISS));
        }
    }
}
