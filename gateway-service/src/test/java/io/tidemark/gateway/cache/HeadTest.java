package io.tidemark.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.cache.CacheUnderTest.How;
import io.tidemark.gateway.cache.CacheUnderTest.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HEAD (RFC 9110 §9.3.2, RFC 9111 §4.3.5). */
class HeadTest extends CacheScenarios {
    @Test
    void isAnsweredFromAStoredGet() {
        CacheUnderTest cache = cache().origin("Cache-Control: max-age=60 ~ X: 1");
        cache.get();

        Outcome outcome = cache.send("HEAD", null);

        assertThat(outcome).extracting(Outcome::how, Outcome::body).containsExactly(How.HIT, "");
        assertThat(outcome.headers().all("Content-Length")).containsExactly("6");
        assertThat(outcome.headers().all("X")).containsExactly("1");
    }

    @Test
    void isNotStored() {
        CacheUnderTest cache = cache().origin("Cache-Control: max-age=60");
        cache.send("HEAD", null);

        assertThat(cache.isStored()).isFalse();
    }

    @ParameterizedTest(name = "§4.3.5: with {0} takes the stored response away")
    @ValueSource(strings = {"Content-Length: 5", "ETag: \"b\"", "Last-Modified: @-1"})
    void thatDescribesAnother(String fields) {
        CacheUnderTest cache = cache().origin("Cache-Control: max-age=1 ~ ETag: \"a\" ~ Last-Modified: @-100");
        cache.get();

        cache.later(3).origin(200, "Cache-Control: max-age=60 ~ " + fields, "").send("HEAD", null);

        assertThat(cache.isStored()).isFalse();
    }
}
