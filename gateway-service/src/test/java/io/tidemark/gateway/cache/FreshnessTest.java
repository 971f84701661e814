package io.tidemark.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.commons.http.HttpDate;
import io.tidemark.gateway.cache.CacheUnderTest.How;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FreshnessTest extends CacheScenarios {
    @ParameterizedTest(name = "§{0}: {1}; {2} s later: {3}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            ignoreLeadingAndTrailingWhitespace = true,
            quoteCharacter = '`',
            textBlock = """
                4.2.1   | Cache-Control: max-age=60                                       | 59   | HIT
                4.2.1   | Cache-Control: max-age=60                                       | 60   | ORIGIN
                4.2.1   | Cache-Control: max-age=0                                        | 0    | ORIGIN
                4.2.3   | Cache-Control: max-age=3600, stale-while-revalidate=60          | -600 | ORIGIN
                4.2.1   | Cache-Control: MaX-aGe=60                                       | 3    | HIT
                4.2.1   | Cache-Control: foobar, max-age=60                               | 3    | HIT
                4.2.1   | Cache-Control: foobar="a,b=c", max-age=60                       | 3    | HIT
                4.2.1   | Cache-Control: max-age="60"                                     | 3    | HIT
                4.2.1   | Cache-Control: max-age='60'                                     | 0    | ORIGIN
                4.2.1   | Cache-Control: max-age=-60                                      | 0    | ORIGIN
                4.2.1   | Cache-Control: max-age=60.0                                     | 0    | ORIGIN
                4.2.1   | Cache-Control: max-age=a60                                      | 0    | ORIGIN
                4.2.1   | Cache-Control: max-age=60a                                      | 0    | ORIGIN
                4.2.1   | Cache-Control: max-age =60                                      | 0    | ORIGIN
                4.2.1   | Cache-Control: max-age= 60                                      | 0    | ORIGIN
                4.2.1   | Cache-Control: max-age=                                         | 0    | ORIGIN
                4.2.1   | Cache-Control: max-age                                          | 0    | ORIGIN
                4.2.1   | Cache-Control: max-age=003600                                   | 3    | HIT
                1.2.2   | Cache-Control: max-age=2147483648                               | 3    | HIT
                1.2.2   | Cache-Control: max-age=99999999999999999999999                  | 3    | HIT
                4.2.1   | Cache-Control: max-age=60, max-age=60                           | 3    | HIT
                4.2.1   | Cache-Control: max-age=1800, max-age=60                         | 3    | ORIGIN
                4.2.1   | Cache-Control: max-age=60 ~ Cache-Control: max-age=1800         | 3    | ORIGIN
                5.2     | Cache-Control: x="max-age=3600", max-age=1                      | 3    | ORIGIN
                5.2     | Cache-Control: max-age=1, x="max-age=3600"                      | 3    | ORIGIN
                5.2     | Cache-Control: x="a\\", max-age=3600"                            | 0    | ORIGIN
                5.2.2.10| Cache-Control: s-maxage=60                                      | 3    | HIT
                5.2.2.10| Cache-Control: s-maxage=1, max-age=60                           | 3    | ORIGIN
                5.2.2.10| Cache-Control: max-age=60, s-maxage=1                           | 3    | ORIGIN
                5.2.2.10| Cache-Control: max-age=60 ~ Cache-Control: s-maxage=1           | 3    | ORIGIN
                5.2.2.10| Cache-Control: max-age=0, s-maxage=60 ~ Expires: @-10           | 3    | HIT
                5.3     | Expires: @60 ~ Date: @0                                         | 59   | HIT
                5.3     | Expires: @60 ~ Date: @0                                         | 60   | ORIGIN
                5.3     | Expires: @0 ~ Date: @0                                          | 0    | ORIGIN
                5.3     | Expires: @-60 ~ Date: @0                                        | 0    | ORIGIN
                5.3     | Expires: @300 ~ Date: @400                                      | 0    | ORIGIN
                5.3     | Expires: @60 ~ Date: foo                                        | 3    | HIT
                5.3     | Expires: @60                                                    | 3    | HIT
                5.3     | Expires: 0 ~ Date: @0                                           | 0    | ORIGIN
                5.3     | Expires: -1 ~ Date: @0                                          | 0    | ORIGIN
                5.3     | Expires: @60 ~ Expires: @70 ~ Date: @0                          | 0    | ORIGIN
                5.3     | Expires: Thu, 18 Aug 2050 02:01:18 GMT                          | 3    | HIT
                5.3     | Expires: Thursday, 18-Aug-50 02:01:18 GMT                       | 3    | HIT
                5.3     | Expires: Thu Aug  8 02:01:18 2050                               | 3    | HIT
                5.3     | Expires: THU, 18 AUG 2050 02:01:18 gmt                          | 3    | HIT
                5.3     | Expires: Sun, 21 Nov 2286 04:46:39 GMT                          | 3    | HIT
                5.3     | Expires: Fri, 31 Dec 9999 23:59:59 GMT                          | 3    | HIT
                5.3     | Expires: Thu, 18 Aug 2050 02:01:18 UTC                          | 0    | ORIGIN
                5.3     | Expires: Thu, 18 Aug 2050 02:01:18 AEST                         | 0    | ORIGIN
                5.3     | Expires: Thu, 18 Aug 50 02:01:18 GMT                            | 0    | ORIGIN
                5.3     | Expires: Thu 18 Aug 2050 02:01:18 GMT                           | 0    | ORIGIN
                5.3     | Expires: Thu, 18  Aug  2050 02:01:18 GMT                        | 0    | ORIGIN
                5.3     | Expires: Thu, 18-Aug-2050 02:01:18 GMT                          | 0    | ORIGIN
                5.3     | Expires: Thu, 18 Aug 2050 02.01.18 GMT                          | 0    | ORIGIN
                5.3     | Expires: Thu, 18 Aug 2050 2:01:18 GMT                           | 0    | ORIGIN
                5.3     | Cache-Control: max-age=60 ~ Expires: @-60 ~ Date: @0            | 3    | HIT
                5.3     | Cache-Control: max-age=60 ~ Expires: 0 ~ Date: @0               | 3    | HIT
                5.3     | Cache-Control: max-age=0 ~ Expires: @60 ~ Date: @0              | 0    | ORIGIN
                5.3     | Cache-Control: max-age=x ~ Expires: @60 ~ Date: @0              | 0    | ORIGIN
                4.2.3   | Cache-Control: max-age=60 ~ Age: 59                             | 0    | HIT
                4.2.3   | Cache-Control: max-age=60 ~ Age: 60                             | 0    | ORIGIN
                4.2.3   | Cache-Control: max-age=60 ~ Age: 30                             | 29   | HIT
                4.2.3   | Cache-Control: max-age=60 ~ Age: 30                             | 30   | ORIGIN
                4.2.3   | Cache-Control: max-age=60 ~ Date: @-30                          | 29   | HIT
                4.2.3   | Cache-Control: max-age=60 ~ Date: @-30                          | 30   | ORIGIN
                4.2.3   | Cache-Control: max-age=60 ~ Date: @30                           | 59   | HIT
                4.2.3   | Cache-Control: max-age=60 ~ Date: @-30 ~ Age: 50                | 10   | ORIGIN
                4.2.3   | Expires: @10 ~ Date: @-10 ~ Age: 25                             | 0    | ORIGIN
                4.2.3   | Expires: @20 ~ Date: @10 ~ Age: 15                              | 0    | ORIGIN
                5.1     | Cache-Control: max-age=60 ~ Age: abc                            | 3    | HIT
                5.1     | Cache-Control: max-age=60 ~ Age: -7200                          | 3    | HIT
                5.1     | Cache-Control: max-age=60 ~ Age: 7200.0                         | 3    | HIT
                5.1     | Cache-Control: max-age=60 ~ Age: 7200, 0                        | 0    | ORIGIN
                5.1     | Cache-Control: max-age=60 ~ Age: 7200 ~ Age: 0                  | 0    | ORIGIN
                5.1     | Cache-Control: max-age=60 ~ Age: 0, 7200                        | 3    | HIT
                5.1     | Cache-Control: max-age=60 ~ Age: 99999999999999999999           | 0    | ORIGIN
                4.2.2   | -                                                               | 0    | ORIGIN
                4.2.2   | Last-Modified: @-1000 ~ Date: @0                                | 99   | HIT
                4.2.2   | Last-Modified: @-1000 ~ Date: @0                                | 100  | ORIGIN
                4.2.2   | Last-Modified: @1000 ~ Date: @0                                 | 0    | ORIGIN
                4.2.2   | Last-Modified: soon ~ Date: @0                                  | 0    | ORIGIN
                4.2.2   | Last-Modified: @-10000000 ~ Date: @0                            | 86399| HIT
                4.2.2   | Last-Modified: @-10000000 ~ Date: @0                            | 86400| ORIGIN
                4.2.2   | Last-Modified: @-1000 ~ Date: @0 ~ Expires: 0                   | 0    | ORIGIN
                """)
    void usesAResponseUntilItsLifetimeIsOver(String section, @Nullable String fields, long later, How expected) {
        CacheUnderTest cache = cache().origin(fields);
        cache.get();

        assertThat(cache.later(later).origin("X: new").get().how()).isEqualTo(expected);
    }

    @ParameterizedTest(name = "RFC 9110 §15.1: {0} without explicit freshness ({1}): {2}")
    @CsvSource(
            nullValues = "-",
            value = {
                "200,-,HIT",
                "201,-,ORIGIN",
                "202,-,ORIGIN",
                "203,-,HIT",
                "204,-,HIT",
                "300,-,HIT",
                "301,-,HIT",
                "302,-,ORIGIN",
                "307,-,ORIGIN",
                "308,-,HIT",
                "403,-,ORIGIN",
                "404,-,HIT",
                "405,-,HIT",
                "410,-,HIT",
                "414,-,HIT",
                "500,-,ORIGIN",
                "501,-,HIT",
                "502,-,ORIGIN",
                "503,-,ORIGIN",
                "504,-,ORIGIN",
                "599,-,ORIGIN",
                "599,Cache-Control: public,HIT",
                "201,Cache-Control: public,HIT"
            })
    void aHeuristicIsForSomeStatusesAndForPublicOnes(int status, @Nullable String more, How expected) {
        String fields = "Last-Modified: @-86400 ~ Date: @0" + (more == null ? "" : " ~ " + more);
        CacheUnderTest cache = cache().origin(status, fields, "x");
        cache.get();

        assertThat(cache.later(10).get().how()).isEqualTo(expected);
    }

    @ParameterizedTest(name = "§5.1: Age of {0}, {1} s later, is {2}")
    @CsvSource(delimiter = '|', textBlock = """
        Cache-Control: max-age=600              | 3 | 3
        Cache-Control: max-age=600 ~ Age: 30    | 3 | 33
        Cache-Control: max-age=600 ~ Date: @-40 | 3 | 43
        Expires: @600 ~ Date: @0 ~ Age: 30      | 3 | 33
        """)
    void ageGrowsWhileStored(String fields, long later, String expected) {
        CacheUnderTest cache = cache().origin(fields);
        cache.get();

        assertThat(cache.later(later).get().headers().all("Age")).containsExactly(expected);
    }

    @Test
    void theDateIsNotTouchedAndAddedWhereItIsMissing() {
        CacheUnderTest dated = cache().origin("Cache-Control: max-age=60 ~ Date: @-5");
        dated.get();
        CacheUnderTest undated = cache().origin("Cache-Control: max-age=60");
        undated.get();

        String date = HttpDate.format(undated.now());
        String before = HttpDate.format(undated.now().minusSeconds(5));

        assertThat(dated.later(3).get().headers().all("Date")).containsExactly(before);
        assertThat(undated.get().headers().all("Date")).containsExactly(date);
    }
}
