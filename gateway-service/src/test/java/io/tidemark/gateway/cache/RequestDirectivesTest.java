package io.tidemark.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.cache.CacheUnderTest.How;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestDirectivesTest extends CacheScenarios {
    @ParameterizedTest(name = "§{0}: stored with {1}, {2} s later asked with {3}: {4}")
    @CsvSource(delimiter = '|', textBlock = """
        5.2.1.1 | max-age=3600                  | 3 | Cache-Control: max-age=0                  | ORIGIN
        5.2.1.1 | max-age=3600                  | 3 | Cache-Control: max-age=1                  | ORIGIN
        5.2.1.1 | max-age=3600                  | 3 | Cache-Control: max-age=3                  | HIT
        5.2.1.1 | max-age=3600 ~ Age: 1800      | 0 | Cache-Control: max-age=600                | ORIGIN
        5.2.1.1 | max-age=3600                  | 3 | Cache-Control: max-age=x                  | ORIGIN
        5.2.1.1 | max-age=3600                  | 3 | Cache-Control: nothing-to-see-here        | HIT
        5.2.1.2 | max-age=1                     | 3 | Cache-Control: max-stale=1000             | STALE
        5.2.1.2 | max-age=1                     | 3 | Cache-Control: max-stale                  | STALE
        5.2.1.2 | max-age=1                     | 3 | Cache-Control: max-stale=1                | ORIGIN
        5.2.1.2 | max-age=1500 ~ Age: 2000      | 0 | Cache-Control: max-stale=1000             | STALE
        5.2.1.2 | max-age=1, must-revalidate    | 3 | Cache-Control: max-stale=1000             | ORIGIN
        5.2.1.2 | max-age=1, no-cache           | 3 | Cache-Control: max-stale=1000             | ORIGIN
        5.2.1.3 | max-age=1500                  | 0 | Cache-Control: min-fresh=2000             | ORIGIN
        5.2.1.3 | max-age=1500 ~ Age: 1000      | 0 | Cache-Control: min-fresh=1000             | ORIGIN
        5.2.1.3 | max-age=1500                  | 0 | Cache-Control: min-fresh=1000             | HIT
        5.2.1.4 | max-age=3600                  | 0 | Cache-Control: no-cache                   | ORIGIN
        5.2.1.5 | max-age=3600                  | 0 | Cache-Control: no-store                   | ORIGIN
        5.2.1.7 | max-age=3600                  | 0 | Cache-Control: only-if-cached             | HIT
        5.2.1.7 | max-age=1                     | 3 | Cache-Control: only-if-cached             | TIMEOUT
        5.2.1.7 | max-age=1                     | 3 | Cache-Control: only-if-cached, max-stale  | STALE
        5.4     | max-age=3600                  | 0 | Pragma: no-cache                          | ORIGIN
        5.4     | max-age=3600                  | 0 | Pragma: foo                               | HIT
        5.4     | max-age=3600                  | 0 | Pragma: no-cache ~ Cache-Control: foo     | HIT
        5.4     | max-age=3600                  | 0 | Pragma: no-cache ~ Cache-Control: max-age=60 | HIT
        """)
    void areHonoured(String section, String stored, long later, String request, How expected) {
        CacheUnderTest cache = cache().origin("Cache-Control: " + stored);
        cache.get();

        assertThat(cache.later(later).get(request).how()).isEqualTo(expected);
    }

    @Test
    void onlyIfCachedWithNothingStoredIs504() {
        assertThat(cache().get("Cache-Control: only-if-cached").status()).isEqualTo(504);
    }

    @Test
    void noCacheValidates() {
        CacheUnderTest cache = cache().origin("Cache-Control: max-age=3600 ~ ETag: \"a\"");
        cache.get();

        assertThat(cache.origin(304, "ETag: \"a\"", "")
                        .get("Cache-Control: no-cache")
                        .how())
                .isEqualTo(How.REVALIDATED);
        assertThat(cache.forwarded().all("If-None-Match")).containsExactly("\"a\"");
    }

    @Test
    void noStoreKeepsTheStoredOne() {
        CacheUnderTest cache = cache().origin(200, "Cache-Control: max-age=3600", "old");
        cache.get();
        cache.origin(200, "Cache-Control: max-age=3600", "secret").get("Cache-Control: no-store");

        assertThat(cache.get().body()).isEqualTo("old");
    }
}
