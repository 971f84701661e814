package io.tidemark.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.cache.CacheUnderTest.How;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetedFieldsTest extends CacheScenarios {
    @ParameterizedTest(name = "RFC 9213: {0}, {1} s later: {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        CDN-Cache-Control: max-age=60                                               | 3 | HIT
        CDN-Cache-Control: max-age=2147483648                                       | 3 | HIT
        CDN-Cache-Control: max-age=99999999999                                      | 3 | HIT
        CDN-Cache-Control: max-age=0                                                | 0 | ORIGIN
        CDN-Cache-Control: max-age=-5                                               | 0 | ORIGIN
        CDN-Cache-Control: max-age=60 ~ Age: 61                                     | 0 | ORIGIN
        CDN-Cache-Control: foobar, max-age=60                                       | 3 | HIT
        CDN-Cache-Control: max-age=60;x=1, foo=(a b);c                              | 3 | HIT
        CDN-Cache-Control: max-age=60 ~ Expires: @-60 ~ Date: @0                    | 3 | HIT
        CDN-Cache-Control: max-age=60 ~ Expires: 0                                  | 3 | HIT
        CDN-Cache-Control: max-age=0 ~ Expires: @60 ~ Date: @0                      | 0 | ORIGIN
        CDN-Cache-Control: foo ~ Expires: @60 ~ Date: @0                            | 0 | ORIGIN
        CDN-Cache-Control: max-age=60 ~ Cache-Control: max-age=1                    | 3 | HIT
        CDN-Cache-Control: max-age=1 ~ Cache-Control: max-age=60                    | 3 | ORIGIN
        CDN-Cache-Control: max-age=60 ~ Cache-Control: no-store                     | 3 | HIT
        CDN-Cache-Control: max-age=60 ~ Cache-Control: private                      | 3 | HIT
        CDN-Cache-Control: private ~ Cache-Control: max-age=60                      | 0 | ORIGIN
        CDN-Cache-Control: no-store ~ Cache-Control: max-age=60                     | 0 | ORIGIN
        CDN-Cache-Control: no-cache ~ Cache-Control: max-age=60                     | 0 | ORIGIN
        CDN-Cache-Control: no-store=?0, max-age=60                                  | 0 | HIT
        CDN-Cache-Control: max-age=60, &&&&& ~ Cache-Control: no-store              | 0 | ORIGIN
        CDN-Cache-Control: max-age="60" ~ Cache-Control: no-store                   | 0 | ORIGIN
        CDN-Cache-Control: max-age="60" ~ Cache-Control: max-age=60                 | 3 | HIT
        CDN-Cache-Control: max-age =100 ~ Cache-Control: max-age=1                  | 3 | ORIGIN
        CDN-Cache-Control: max-age= 100 ~ Cache-Control: max-age=1                  | 3 | ORIGIN
        CDN-Cache-Control: MaX-aGe=100 ~ Cache-Control: max-age=1                   | 3 | ORIGIN
        CDN-Cache-Control: no-store, ~ Cache-Control: max-age=60                    | 0 | HIT
        CDN-Cache-Control: ~ Cache-Control: max-age=60                              | 0 | HIT
        CDN-Cache-Control: max-age=1, max-age=60                                    | 3 | HIT
        CDN-Cache-Control: foo ~ CDN-Cache-Control: max-age=60                      | 3 | HIT
        Tidemark-Cache-Control: max-age=60 ~ CDN-Cache-Control: no-store            | 3 | HIT
        Tidemark-Cache-Control: no-store ~ CDN-Cache-Control: max-age=60            | 0 | ORIGIN
        Tidemark-Cache-Control: Bad! ~ CDN-Cache-Control: max-age=60                | 3 | HIT
        Surrogate-Control: max-age=60                                               | 0 | ORIGIN
        """)
    void replaceCacheControlAndExpires(String fields, long later, How expected) {
        CacheUnderTest cache = cache().origin(fields);
        cache.get();

        assertThat(cache.later(later).get().how()).isEqualTo(expected);
    }
}
