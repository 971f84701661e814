package io.tidemark.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.commons.http.HttpDate;
import io.tidemark.gateway.cache.CacheUnderTest.How;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StaleTest extends CacheScenarios {
    @ParameterizedTest(name = "RFC 5861 §3: {0}, {1} s later: {2}")
    @CsvSource(delimiter = '|', textBlock = """
        max-age=1, stale-while-revalidate=4                      | 3  | STALE
        max-age=1, stale-while-revalidate=4                      | 5  | ORIGIN
        max-age=1, stale-while-revalidate=4, must-revalidate     | 3  | ORIGIN
        max-age=1, stale-while-revalidate=4, proxy-revalidate    | 3  | ORIGIN
        s-maxage=1, stale-while-revalidate=4                     | 3  | ORIGIN
        max-age=1, stale-while-revalidate=4, no-cache            | 3  | ORIGIN
        max-age=1, stale-while-revalidate=x                      | 3  | ORIGIN
        max-age=1                                                | 3  | ORIGIN
        """)
    void servesStaleWithinTheWindow(String directives, long later, How expected) {
        CacheUnderTest cache = cache().origin("Cache-Control: " + directives);
        cache.get();

        assertThat(cache.later(later).get().how()).isEqualTo(expected);
    }

    @ParameterizedTest(name = "RFC 5861 §4: {0}, {1} s later, with the origin down: {2}")
    @CsvSource(delimiter = '|', textBlock = """
        max-age=2, stale-if-error=60                    | 62 | STALE
        max-age=2, stale-if-error=60                    | 63 | TIMEOUT
        max-age=2                                       | 3  | TIMEOUT
        max-age=2, stale-if-error=60, must-revalidate   | 3  | TIMEOUT
        max-age=2, stale-if-error=60, proxy-revalidate  | 3  | TIMEOUT
        s-maxage=2, stale-if-error=60                   | 3  | TIMEOUT
        max-age=2, stale-if-error=60, no-cache          | 1  | TIMEOUT
        """)
    void servesStaleWhenTheOriginFails(String directives, long later, How expected) {
        CacheUnderTest cache = cache().origin("Cache-Control: " + directives);
        cache.get();

        assertThat(cache.later(later).originDown().get().how()).isEqualTo(expected);
    }

    @ParameterizedTest(name = "RFC 5861 §4: {0} counts as a failure: {1}")
    @CsvSource({"500,STALE", "502,STALE", "503,STALE", "504,STALE", "501,ORIGIN", "404,ORIGIN", "599,ORIGIN"})
    void servesStaleForSomeServerErrors(int status, How expected) {
        CacheUnderTest cache = cache().origin("Cache-Control: max-age=2, stale-if-error=60 ~ ETag: \"a\"");
        cache.get();

        assertThat(cache.later(3).origin(status, null, "").get().how()).isEqualTo(expected);
    }

    @ParameterizedTest(name = "a client that says \"{0}\" gets no stale answer when the origin fails")
    @CsvSource({"Cache-Control: no-cache", "Pragma: no-cache", "Cache-Control: no-store"})
    void theClientsRefusalCounts(String request) {
        CacheUnderTest cache = cache().origin("Cache-Control: max-age=60, stale-if-error=60");
        cache.get();

        assertThat(cache.originDown().get(request).how()).isEqualTo(How.TIMEOUT);
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
