package io.tidemark.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.commons.http.HttpDate;
import io.tidemark.gateway.cache.CacheUnderTest.How;
import io.tidemark.gateway.cache.CacheUnderTest.Outcome;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a policy may say against or beside the origin. */
class PolicySettingsTest {
    @ParameterizedTest(name = "a policy that stores no client errors: {0} with max-age is {1}")
    @CsvSource({
        "400,ORIGIN", "401,ORIGIN", "402,ORIGIN", "403,ORIGIN", "406,ORIGIN", "408,ORIGIN", "409,ORIGIN", "418,ORIGIN",
        "499,ORIGIN", "404,HIT", "405,HIT", "410,HIT", "414,HIT", "451,HIT", "500,HIT", "302,HIT"
    })
    void aPolicyLeavesErrorsThatClientsCauseOut(int status, How expected) {
        PureCache cache = new PureCache(storing(false, false));
        cache.origin(status, "Cache-Control: max-age=60", "x").get();

        assertThat(cache.later(3).get().how()).isEqualTo(expected);

        PureCache varying = new PureCache(storing(false, false));
        varying.origin(status, "Cache-Control: max-age=60 ~ Vary: Accept", "x").get();

        assertThat(varying.later(3).get().how()).isEqualTo(How.HIT);
    }

    @ParameterizedTest(name = "a policy that stores no cookies: {0} is {1}")
    @CsvSource(delimiter = '|', textBlock = """
        Cache-Control: max-age=60 ~ Set-Cookie: a=b                     | ORIGIN
        Expires: @60 ~ Set-Cookie: a=b                                  | ORIGIN
        Cache-Control: public, max-age=60 ~ Set-Cookie: a=b             | HIT
        CDN-Cache-Control: max-age=60 ~ Set-Cookie: a=b                 | HIT
        Cache-Control: max-age=60                                       | HIT
        """)
    void aPolicyLeavesCookiesOut(String fields, How expected) {
        CacheUnderTest cache = new PureCache(storing(false, false)).origin(fields);
        cache.get();

        assertThat(cache.later(3).get().how()).isEqualTo(expected);
    }

    @ParameterizedTest(name = "§7.3: of a 304 to a {0} with {1} are stored: {2}, where the policy stores none")
    @CsvSource(delimiter = '|', textBlock = """
        GET  | Cache-Control: max-age=60         | false
        GET  | Cache-Control: public, max-age=60 | true
        HEAD | Cache-Control: max-age=60         | false
        """)
    void cookiesOfA304ObeyTheRulesOfStorage(String method, String fields, boolean stored) {
        PureCache cache = new PureCache(storing(false, true));
        cache.origin(200, "Cache-Control: max-age=1 ~ ETag: \"a\" ~ A: 1", "body")
                .get();
        cache.later(3)
                .origin(method.equals("GET") ? 304 : 200, fields + " ~ ETag: \"a\" ~ A: 2 ~ Set-Cookie: user=ann", "")
                .send(method, null);

        Outcome next = cache.later(1).get();

        assertThat(next.how()).isEqualTo(How.HIT);
        assertThat(next.headers().all("A")).containsExactly("2");
        assertThat(next.headers().has("Set-Cookie")).isEqualTo(stored);
    }

    @Test
    void strongConsistencyNeitherStoresNorServes() {
        PolicySettings standard = PolicySettings.standard();
        CacheUnderTest cache = new PureCache(new PolicySettings(
                        "live",
                        PolicySettings.Consistency.STRONG,
                        null,
                        null,
                        null,
                        null,
                        null,
                        false,
                        true,
                        true,
                        false,
                        standard.maxBodyBytes(),
                        standard.key()))
                .origin("Cache-Control: max-age=60");
        cache.get();

        assertThat(cache.get().how()).isEqualTo(How.ORIGIN);
        assertThat(cache.isStored()).isFalse();
    }

    @ParameterizedTest(name = "policy windows of {0} s: {1}, {2} s later, origin {3}: {4}")
    @CsvSource(nullValues = "-", delimiter = '|', textBlock = """
        10 | max-age=1                            | 5  | up   | STALE
        10 | max-age=1, stale-while-revalidate=1  | 5  | up   | ORIGIN
        10 | max-age=1, must-revalidate           | 5  | up   | ORIGIN
        10 | s-maxage=1                           | 5  | up   | ORIGIN
        10 | max-age=1, stale-while-revalidate=0  | 5  | down | STALE
        10 | max-age=1, stale-while-revalidate=0  | 12 | down | TIMEOUT
        """)
    void aPolicyAddsWindowsWhereTheOriginNamesNone(
            int seconds, String directives, long later, String origin, How expected) {
        CacheUnderTest cache =
                new PureCache(withWindows(Duration.ofSeconds(seconds))).origin("Cache-Control: " + directives);
        cache.get();
        if (origin.equals("down")) {
            cache.originDown();
        }

        assertThat(cache.later(later).get().how()).isEqualTo(expected);
    }

    @ParameterizedTest(name = "lifetimes by policy: {0} with {1}: {2}")
    @CsvSource(nullValues = "-", delimiter = '|', textBlock = """
        200 | -                                   | PT1M
        200 | Cache-Control: max-age=5            | PT5S
        200 | Cache-Control: max-age=0            | PT0S
        200 | Last-Modified: @-100000 ~ Date: @0  | PT1M
        201 | -                                   | PT0S
        404 | -                                   | PT2S
        410 | -                                   | PT2S
        503 | -                                   | PT2S
        503 | Cache-Control: max-age=5            | PT5S
        302 | -                                   | PT0S
        """)
    void aPolicyGivesLifetimesWhereTheOriginGivesNone(int status, @Nullable String fields, Duration expected) {
        PolicySettings standard = PolicySettings.standard();
        CachePolicy policy = new CachePolicy(new PolicySettings(
                "ttl",
                standard.consistency(),
                Duration.ofMinutes(1),
                null,
                Duration.ofSeconds(2),
                null,
                null,
                false,
                true,
                true,
                false,
                standard.maxBodyBytes(),
                standard.key()));
        ResponseHead head = new ResponseHead(
                status,
                CacheUnderTest.fields(
                        fields == null
                                ? null
                                : fields.replace("@-100000", "Mon, 01 Dec 2025 00:00:00 GMT")
                                        .replace("@0", HttpDate.format(PureCache.START))),
                PureCache.START,
                PureCache.START);

        assertThat(policy.freshness(head, PureCache.START).lifetime()).isEqualTo(expected);
    }

    private static PolicySettings storing(boolean cookies, boolean clientErrors) {
        PolicySettings standard = PolicySettings.standard();
        return new PolicySettings(
                "safe",
                standard.consistency(),
                null,
                null,
                null,
                null,
                null,
                false,
                true,
                cookies,
                true,
                clientErrors,
                standard.forcedInterval(),
                standard.maxBodyBytes(),
                standard.key());
    }

    private static PolicySettings withWindows(Duration window) {
        PolicySettings standard = PolicySettings.standard();
        return new PolicySettings(
                "windows",
                standard.consistency(),
                null,
                null,
                null,
                window,
                window,
                false,
                true,
                true,
                false,
                standard.maxBodyBytes(),
                standard.key());
    }
}
