package io.tidemark.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.cache.CacheUnderTest.How;
import io.tidemark.gateway.cache.CacheUnderTest.Outcome;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StorageTest extends CacheScenarios {
    @ParameterizedTest(name = "§{0}: {1}, asked with {2}: {3}")
    @CsvSource(delimiter = '|', nullValues = "-", quoteCharacter = '`', textBlock = """
        5.2.2.5 | Cache-Control: no-store                                     | -                   | ORIGIN
        5.2.2.5 | Cache-Control: No-StOrE                                     | -                   | ORIGIN
        5.2.2.5 | Cache-Control: max-age=60, no-store ~ Expires: @60          | -                   | ORIGIN
        5.2.2.5 | Cache-Control: no-store="x", max-age=60                     | -                   | ORIGIN
        5.2.2.5 | Cache-Control: max-age=60 ~ Cache-Control: no-store         | -                   | ORIGIN
        5.2.2.7 | Cache-Control: private, max-age=60                          | -                   | ORIGIN
        5.2.2.7 | Cache-Control: private, no-store                            | -                   | ORIGIN
        5.2.2.7 | Cache-Control: private ~ Cache-Control: no-store            | -                   | ORIGIN
        5.2.2.7 | Cache-Control: max-age=60,private                           | -                   | ORIGIN
        5.2.2.7 | Cache-Control: max-age=60, private=""                       | -                   | ORIGIN
        5.2.2.7 | Cache-Control: max-age=60, private= "a"                     | -                   | ORIGIN
        5.2.2.7 | Cache-Control: max-age=60, private="a" ~ A: 1               | -                   | HIT
        5.2.2.7 | Cache-Control: max-age=60, private="a", private             | -                   | ORIGIN
        5.2.2.4 | Cache-Control: max-age=60, no-cache="a"                     | -                   | HIT
        5.2.2.4 | Cache-Control: max-age=60, no-cache                         | -                   | ORIGIN
        5.2.2.4 | Cache-Control: max-age=60, No-CaChE                         | -                   | ORIGIN
        5.2.2.4 | Cache-Control: max-age=60 ~ Pragma: no-cache                | -                   | HIT
        3.5     | Expires: @60 ~ Date: @0                                     | Authorization: FOO  | ORIGIN
        3.5     | Cache-Control: max-age=60                                   | Authorization: FOO  | ORIGIN
        3.5     | Cache-Control: max-age=60, public                           | Authorization: FOO  | HIT
        3.5     | Cache-Control: max-age=60, must-revalidate                  | Authorization: FOO  | HIT
        3.5     | Cache-Control: s-maxage=60                                  | Authorization: FOO  | HIT
        3.5     | Cache-Control: max-age=60, proxy-revalidate                 | Authorization: FOO  | ORIGIN
        5.2.1.5 | Cache-Control: max-age=60                                   | Cache-Control: no-store | ORIGIN
        4.1     | Cache-Control: max-age=60 ~ Vary: *                         | -                   | ORIGIN
        4.1     | Cache-Control: max-age=60 ~ Vary: *, *                      | -                   | ORIGIN
        4.1     | Cache-Control: max-age=60 ~ Vary: , *                       | -                   | ORIGIN
        4.1     | Cache-Control: max-age=60 ~ Vary: Foo, *                    | -                   | ORIGIN
        4.1     | Cache-Control: max-age=60 ~ Vary: Foo ~ Vary: *             | -                   | ORIGIN
        4.1     | Cache-Control: max-age=60 ~ Vary:                           | -                   | HIT
        5.2.2.8 | Cache-Control: max-age=60, must-revalidate                  | -                   | HIT
        7.3     | Cache-Control: max-age=60 ~ Set-Cookie: a=b                 | -                   | HIT
        7.3     | Last-Modified: @-6000 ~ Date: @0 ~ Set-Cookie: a=b          | -                   | ORIGIN
        3       | Cache-Control: max-age=60                                   | Cookie: a=b         | HIT
        """)
    void storesWhatItMay(String section, String fields, @Nullable String request, How expected) {
        CacheUnderTest cache = cache().origin(fields);
        cache.get(request);

        assertThat(cache.later(3).origin("X: new").get().how()).isEqualTo(expected);
    }

    @ParameterizedTest(name = "§3: {0} with max-age is stored")
    @ValueSource(
            ints = {
                200, 201, 202, 203, 204, 299, 300, 301, 302, 303, 307, 308, 400, 401, 403, 404, 405, 410, 414, 418, 451,
                499, 500, 501, 502, 503, 504, 599
            })
    void anyFinalStatusMayHaveExplicitFreshness(int status) {
        CacheUnderTest cache = cache().origin(status, "Cache-Control: max-age=60", "x");
        cache.get();

        Outcome hit = cache.later(3).get();

        assertThat(hit.how()).isEqualTo(How.HIT);
        assertThat(hit.status()).isEqualTo(status);
    }

    @ParameterizedTest(name = "§3: {0} is never stored")
    @ValueSource(ints = {205, 206, 304, 412, 416, 600, 999})
    void whatIsAboutOneRequestOrOutOfRangeIsNotStored(int status) {
        CacheUnderTest cache = cache().origin(status, "Cache-Control: max-age=60", "x");
        cache.get();

        assertThat(cache.isStored()).isFalse();
    }

    @ParameterizedTest(
            name = "RFC 9110 §15.5: {0} is about the request's fields: stored only with Vary, and replaces nothing")
    @ValueSource(ints = {406, 407, 411, 413, 415, 417, 421, 422, 425, 426, 428, 429, 431})
    void whatIsAboutARequestsFieldsIsForThemOnly(int status) {
        CacheUnderTest cache = cache().origin(200, "Cache-Control: max-age=60 ~ ETag: \"a\"", "fresh");
        cache.get();
        cache.origin(status, "Cache-Control: max-age=60", "bad").get("Cache-Control: no-cache ~ Accept: a/b");

        assertThat(cache.later(3).get()).extracting(Outcome::how, Outcome::body).containsExactly(How.HIT, "fresh");

        CacheUnderTest varying = cache().origin(status, "Cache-Control: max-age=60 ~ Vary: Accept", "bad");
        varying.get("Accept: a/b");

        assertThat(varying.later(3).get("Accept: a/b").how()).isEqualTo(How.HIT);
        assertThat(varying.get("Accept: c/d").how()).isEqualTo(How.ORIGIN);
    }

    @ParameterizedTest(name = "§5.2.2.3: {0} with must-understand, no-store: {1}")
    @CsvSource({"200,HIT", "404,HIT", "302,HIT", "299,ORIGIN", "599,ORIGIN"})
    void mustUnderstandOverrulesNoStoreWhereTheStatusIsKnown(int status, How expected) {
        CacheUnderTest cache = cache().origin(status, "Cache-Control: max-age=60, no-store, must-understand", "x");
        cache.get();

        assertThat(cache.later(1).get().how()).isEqualTo(expected);
    }

    @Test
    void hopByHopFieldsAndThoseThatConnectionNamesAreNotStored() {
        CacheUnderTest cache = cache().origin(
                        "Cache-Control: max-age=60 ~ Connection: a, B ~ A: 1 ~ b: 2 ~ C: 3 ~ Keep-Alive: x ~"
                            + " Proxy-Authenticate: x ~ Proxy-Connection: x ~ Upgrade: x ~ TE: x ~ Set-Cookie: d=4");
        cache.get();

        assertThat(cache.get().headers().names())
                .containsExactlyInAnyOrder("Cache-Control", "C", "Set-Cookie", "Date", "Age", "Content-Length");
    }

    @Test
    void fieldsThatNoCacheOrPrivateNameAreNotStored() {
        CacheUnderTest cache = cache().origin(
                        "Cache-Control: max-age=60, no-cache=\"a, b\", private=\"c\" ~ A: 1 ~ B: 2 ~ C: 3 ~ D: 4");
        cache.get();

        assertThat(cache.get().headers().names()).contains("D").doesNotContain("A", "B", "C");
    }

    @Test
    void onePersonsAnswerIsNotAnothers() {
        CacheUnderTest cache = cache().origin(200, "Cache-Control: max-age=60", "for Ann");
        cache.get("Authorization: Ann");

        assertThat(cache.origin(200, "Cache-Control: max-age=60", "for Bob")
                        .get("Authorization: Bob")
                        .body())
                .isEqualTo("for Bob");
    }

    @Test
    void anUnstorableAnswerTakesTheOutdatedOneAway() {
        CacheUnderTest cache = cache().origin("Cache-Control: max-age=1 ~ ETag: \"a\"");
        cache.get();

        cache.later(3).origin("Cache-Control: no-store").get();

        assertThat(cache.isStored()).isFalse();
    }

    @Test
    void aServerErrorLeavesTheStoredOne() {
        CacheUnderTest cache = cache().origin("Cache-Control: max-age=1 ~ ETag: \"a\"");
        cache.get();

        cache.later(3).origin(500, "Cache-Control: no-store", "").get();

        assertThat(cache.isStored()).isTrue();
    }

    @Test
    void aGetWithABodyPassesThrough() {
        CacheUnderTest cache = cache().origin("Cache-Control: max-age=60");
        cache.get("Content-Length: 5");

        assertThat(cache.isStored()).isFalse();
    }
}
