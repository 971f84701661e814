package io.tidemark.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.commons.http.HttpDate;
import io.tidemark.contracts.Position;
import io.tidemark.gateway.cache.CacheDecision.Fetch;
import io.tidemark.gateway.cache.CacheDecision.Revalidate;
import io.tidemark.gateway.cache.CacheUnderTest.How;
import io.tidemark.gateway.cache.PolicySettings.Consistency;
import io.tidemark.gateway.cache.StoreDecision.DoNotStore;
import io.tidemark.gateway.cache.StoreDecision.Freshen;
import io.tidemark.gateway.http.Headers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Why the engine does what it does, and to the edge of each number.
 *
 * <p>One class, as all of it is one decision.
 */
class DecisionsTest {
    private static final Position SENT = new Position("log", 1);

    private static FwdReason reason(CacheDecision decision) {
        return switch (decision) {
            case Fetch fetch -> fetch.reason();
            case Revalidate revalidate -> revalidate.reason();
            default -> throw new AssertionError(decision);
        };
    }

    private static ResponseHead head(int status, @Nullable String fields) {
        return new ResponseHead(status, CacheUnderTest.fields(fields), PureCache.START, PureCache.START);
    }

    @Nested
    class Asking {
        private final PureCache cache = new PureCache().origin("Cache-Control: max-age=60 ~ ETag: \"a\"");
        private final PresentedRequest request = PureCache.request("GET", null);

        @Test
        void theReasonIsTheRequestsWhereItWantsFresherAndElseTheResponses() {
            cache.get();
            PresentedRequest fresher = PureCache.request("GET", "Cache-Control: max-age=0");
            assertThat(reason(cache.later(1).decide(fresher))).isEqualTo(FwdReason.REQUEST);
            assertThat(reason(cache.purged(PurgeVerdict.STALE).decide(fresher))).isEqualTo(FwdReason.STALE);
            assertThat(reason(cache.purged(PurgeVerdict.VALID).later(60).decide(request)))
                    .isEqualTo(FwdReason.STALE);
        }

        @Test
        void whatHasAValidatorIsValidatedAndWhatHasNoneIsFetched() {
            cache.get();
            assertThat(cache.later(60).decide(request)).isInstanceOf(Revalidate.class);
            assertThat(CachePolicy.refresh(cache.stored().getFirst()))
                    .isInstanceOfSatisfying(
                            Revalidate.class,
                            refresh ->
                                    assertThat(refresh.conditions()).isEqualTo(Headers.of("If-None-Match", "\"a\"")));
            PureCache plain = new PureCache().origin("Cache-Control: max-age=60");
            plain.get();
            assertThat(plain.later(60).decide(request)).isInstanceOf(Fetch.class);
            assertThat(CachePolicy.refresh(plain.stored().getFirst())).isInstanceOf(Fetch.class);
        }

        @ParameterizedTest(name = "{0}: conditional {1}, may pass by {2}")
        @CsvSource({
            "If-None-Match, true, false",
            "If-Modified-Since, true, false",
            "If-Match, true, true",
            "If-Unmodified-Since, true, true",
            "If-Range, true, false",
            "Range, true, false",
            "Cache-Control, false, true",
            "Pragma, false, true",
            "Accept, false, false"
        })
        void fieldsAskForLessOrForFresher(String name, boolean conditional, boolean mayForce) {
            assertThat(CachePolicy.isConditional(Headers.of(name, "x"))).isEqualTo(conditional);
            assertThat(PureCache.request("GET", name + ": x").mayForce()).isEqualTo(mayForce);
        }

        @Test
        void minFreshAndMaxStaleAreReachedToTheSecond() {
            cache.get();
            cache.later(50);
            assertThat(cache.get("Cache-Control: min-fresh=10").how()).isEqualTo(How.HIT);
            PureCache stale = new PureCache().origin("Cache-Control: max-age=60");
            stale.get();
            stale.later(65);
            assertThat(stale.get("Cache-Control: max-stale=5").how()).isEqualTo(How.STALE);
            assertThat(stale.get("Cache-Control: max-stale=4").how()).isEqualTo(How.ORIGIN);
        }

        @Test
        void ofThoseOfOneSecondTheOneThatCameLastIsUsed() {
            String date = "Date: " + HttpDate.format(PureCache.START);
            StoredResponse first = stored("first ~ Vary: Foo", date, PureCache.START.plusMillis(100));
            StoredResponse last = stored("last ~ Vary: Bar", date, PureCache.START.plusMillis(200));
            for (List<StoredResponse> order : List.of(List.of(first, last), List.of(last, first))) {
                List<Candidate> candidates = order.stream()
                        .map(each -> new Candidate(each, PurgeVerdict.VALID))
                        .toList();
                assertThat(Selection.select(request, candidates)).isEqualTo(new Candidate(last, PurgeVerdict.VALID));
            }
        }

        private StoredResponse stored(String name, String date, Instant received) {
            Headers headers = CacheUnderTest.fields("Name: " + name + " ~ " + date);
            return new StoredResponse(
                    new ResponseHead(200, headers, received, received),
                    Variant.of(headers, Headers.empty()),
                    StoredBody.complete(new byte[0]),
                    SENT,
                    new PurgeSubject(List.of("shop.example"), "/a", null, Set.of()));
        }
    }

    @Nested
    class Storing {
        private StoreDecision decided(PolicySettings settings, int status, @Nullable String fields) {
            Fetch miss = new Fetch(FwdReason.URI_MISS, null, true, false);
            return new CachePolicy(settings)
                    .onOriginResponse(
                            PureCache.request("GET", null), miss, head(status, fields), SENT, PureCache.START);
        }

        private String told(StoreDecision decision) {
            return decision instanceof DoNotStore not ? not.reason().label() : "stored";
        }

        @ParameterizedTest(name = "{0}: {1}")
        @CsvSource(delimiter = '|', nullValues = "-", quoteCharacter = '`', textBlock = """
            -                                                    | no-freshness
            X: 1                                                 | no-freshness
            ETag: "a"                                            | stored
            Last-Modified: Thu, 01 Jan 2026 00:00:00 GMT         | stored
            Cache-Control: max-age=0                             | stored
            Cache-Control: max-age=60                            | stored
            Cache-Control: max-age=60 ~ Vary: *                  | vary-anything
            Cache-Control: max-age=60, private                   | private
            Cache-Control: max-age=60, no-store                  | no-store
            """)
        void whatIsNotStoredHasAReason(@Nullable String fields, String expected) {
            assertThat(told(decided(PolicySettings.standard(), 200, fields))).isEqualTo(expected);
        }

        @Test
        void aLifetimeOfThePolicyIsAReasonToStore() {
            PolicySettings settings = settings(Duration.ofSeconds(10), null, null);
            assertThat(told(decided(settings, 200, null))).isEqualTo("stored");
            assertThat(told(decided(settings, 302, null))).isEqualTo("no-freshness");
        }

        @Test
        void aCookieOfA304IsForWhoAskedAndNothingElseIs() {
            PureCache cache = new PureCache().origin("Cache-Control: max-age=60 ~ ETag: \"a\"");
            cache.get();
            Revalidate revalidate =
                    (Revalidate) CachePolicy.refresh(cache.stored().getFirst());
            Headers news = CacheUnderTest.fields("ETag: \"a\" ~ X: 1 ~ Set-Cookie: s=1 ~ Set-Cookie: t=2");
            PolicySettings withoutCookies = settings(null, null, null);

            assertThat(new CachePolicy(withoutCookies)
                            .onOriginResponse(
                                    PureCache.request("GET", null),
                                    revalidate,
                                    new ResponseHead(304, news, PureCache.START, PureCache.START),
                                    SENT,
                                    PureCache.START))
                    .isInstanceOfSatisfying(Freshen.class, freshen -> {
                        assertThat(freshen.forAsker())
                                .isEqualTo(CacheUnderTest.fields("Set-Cookie: s=1 ~ Set-Cookie: t=2"));
                        assertThat(freshen.freshened().headers().has("Set-Cookie"))
                                .isFalse();
                        assertThat(freshen.freshened().headers().first("X")).isEqualTo("1");
                    });
        }

        @Test
        void a304ThatNamesNothingIsOfTheOnlyVariantThatWasOffered() {
            PureCache cache = new PureCache();
            cache.origin("Cache-Control: max-age=60 ~ Vary: Foo ~ ETag: \"a\"").get("Foo: 1");
            StoredResponse one = cache.stored().getFirst();
            PresentedRequest request = PureCache.request("GET", "Foo: 2");
            assertThat(Freshening.byChoice(List.of(one), request, head(304, null), SENT))
                    .isInstanceOf(Freshen.class);
            assertThat(Freshening.byChoice(List.of(one, one), request, head(304, null), SENT))
                    .isEqualTo(new StoreDecision.FetchAgain(null));
        }
    }

    @Nested
    class Lifetimes {
        private Freshness freshness(PolicySettings settings, int status, @Nullable String fields) {
            return new CachePolicy(settings).freshness(head(status, fields), PureCache.START);
        }

        @ParameterizedTest(name = "{0}: {1}, {2} s")
        @CsvSource(delimiter = '|', textBlock = """
            Cache-Control: max-age=60                   | MAX_AGE  | 60
            Cache-Control: s-maxage=50, max-age=60      | S_MAXAGE | 50
            Expires: Thu, 01 Jan 2026 00:00:40 GMT      | EXPIRES  | 40
            """)
        void theSourceIsTold(String fields, Freshness.Source source, long seconds) {
            assertThat(freshness(PolicySettings.standard(), 200, fields))
                    .isEqualTo(new Freshness(Duration.ofSeconds(seconds), Duration.ZERO, source));
        }

        @Test
        void whatIsForOneUserLivesNoLongerThanThePolicyAllows() {
            Duration most = Duration.ofSeconds(10);
            KeySettings forOne = new KeySettings(null, Set.of(), false, List.of(), List.of(), List.of(), null, most);
            PolicySettings policy = settings(null, null, forOne);
            assertThat(freshness(policy, 200, "Cache-Control: max-age=60").lifetime())
                    .isEqualTo(most);
            assertThat(freshness(policy, 200, "Cache-Control: max-age=10").source())
                    .isEqualTo(Freshness.Source.MAX_AGE);
            assertThat(freshness(policy, 200, "Cache-Control: max-age=9").lifetime())
                    .isEqualTo(Duration.ofSeconds(9));
            PolicySettings override = settings(null, Duration.ofSeconds(30), forOne);
            assertThat(freshness(override, 200, "Cache-Control: max-age=60").lifetime())
                    .isEqualTo(Duration.ofSeconds(30));
        }

        @ParameterizedTest(name = "{0}: {1}")
        @CsvSource({"404, true", "410, true", "403, false", "405, false", "499, false", "500, true", "503, true"})
        void whatThereIsNotHasALifetimeOfItsOwn(int status, boolean negative) {
            PolicySettings policy = new PolicySettings(
                    "test",
                    Consistency.EVENTUAL,
                    null,
                    null,
                    Duration.ofSeconds(7),
                    null,
                    null,
                    false,
                    false,
                    false,
                    false,
                    1000,
                    KeySettings.urlOnly());
            assertThat(freshness(policy, status, null).lifetime())
                    .isEqualTo(negative ? Duration.ofSeconds(7) : Duration.ZERO);
        }
    }

    @Test
    void noTimeOfAPolicyIsNegative() {
        Duration less = Duration.ofSeconds(-1);
        assertThat(settings(Duration.ZERO, Duration.ZERO, null).defaultTtl()).isZero();
        for (int which = 0; which < 6; which++) {
            @Nullable Duration[] times = new Duration[6];
            times[which] = less;
            assertThatThrownBy(() -> new PolicySettings(
                            "test",
                            Consistency.EVENTUAL,
                            times[0],
                            times[1],
                            times[2],
                            times[3],
                            times[4],
                            false,
                            false,
                            false,
                            false,
                            true,
                            times[5] == null ? Duration.ZERO : times[5],
                            0,
                            KeySettings.urlOnly()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("must not be negative: PT-1S");
        }
        assertThatThrownBy(() -> new PolicySettings(
                        "test",
                        Consistency.EVENTUAL,
                        null,
                        null,
                        null,
                        null,
                        null,
                        false,
                        false,
                        false,
                        false,
                        -1,
                        KeySettings.urlOnly()))
                .hasMessageContaining("max-body-size");
    }

    @ParameterizedTest(name = "{0} s after its last modification: {1}")
    @CsvSource({"59, false", "60, true"})
    void besideEntityTagsThatDifferAStrongDateNamesWhatStands(int seconds, boolean named) {
        String modified = "Last-Modified: " + HttpDate.format(PureCache.START.minusSeconds(seconds));
        assertThat(Validators.identifies(
                        head(304, "ETag: \"b\" ~ " + modified), head(200, "ETag: \"a\" ~ " + modified)))
                .isEqualTo(named);
    }

    private static PolicySettings settings(
            @Nullable Duration defaultTtl, @Nullable Duration overrideTtl, @Nullable KeySettings key) {
        return new PolicySettings(
                "test",
                Consistency.EVENTUAL,
                defaultTtl,
                overrideTtl,
                null,
                null,
                null,
                false,
                false,
                false,
                false,
                1000,
                key == null ? KeySettings.urlOnly() : key);
    }
}
