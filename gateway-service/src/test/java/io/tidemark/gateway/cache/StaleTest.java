package io.tidemark.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.cache.CacheUnderTest.How;
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
}
