package io.tidemark.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.commons.http.HttpDate;
import io.tidemark.gateway.cache.CacheUnderTest.How;
import io.tidemark.gateway.cache.CacheUnderTest.Outcome;
import io.tidemark.gateway.http.Headers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Validation (RFC 9110 §13, RFC 9111 §4.3). */
class ValidationTest extends CacheScenarios {
    @Nested
    class AClientsCondition {
        @ParameterizedTest(name = "§4.3.2: stored {0}, asked with {1}: {2}")
        @CsvSource(delimiter = '|', nullValues = "-", quoteCharacter = '`', textBlock = """
            ETag: "a"                          | If-None-Match: "a"                       | 304
            ETag: "a"                          | If-None-Match: "b"                       | 200
            ETag: "a"                          | If-None-Match: W/"a"                     | 304
            ETag: W/"a"                        | If-None-Match: W/"a"                     | 304
            ETag: W/"a"                        | If-None-Match: "a"                       | 304
            ETag: "a"                          | If-None-Match: "a", "b", "c"             | 304
            ETag: "a"                          | If-None-Match: "b", "a", "c"             | 304
            ETag: "a"                          | If-None-Match: "b", "c", "a"             | 304
            ETag: "a"                          | If-None-Match: "b" ~ If-None-Match: "a"  | 304
            ETag: "a,b"                        | If-None-Match: "x", "a,b"                | 304
            ETag: "a"                          | If-None-Match: "x,\"a\""                 | 200
            ETag: "a"                          | If-None-Match: *                         | 304
            ETag: a                            | If-None-Match: a                         | 304
            -                                  | If-None-Match: "a"                       | 200
            Last-Modified: @-3000              | If-Modified-Since: @-3000                | 304
            Last-Modified: @-3000              | If-Modified-Since: @-2000                | 304
            Last-Modified: @-3000              | If-Modified-Since: @-4000                | 200
            Last-Modified: @-3000              | If-Modified-Since: yesterday             | 200
            Date: @0                           | If-Modified-Since: @100                  | 304
            Date: @0                           | If-Modified-Since: @-100                 | 200
            ETag: "a" ~ Last-Modified: @-3000  | If-None-Match: "b" ~ If-Modified-Since: @0   | 200
            ETag: "a" ~ Last-Modified: @-3000  | If-None-Match: "a" ~ If-Modified-Since: @-9999 | 304
            """)
        void isAnsweredFromAFreshResponse(@Nullable String stored, String condition, int expected) {
            CacheUnderTest cache = cache().origin("Cache-Control: max-age=60" + (stored == null ? "" : " ~ " + stored));
            cache.get();

            Outcome outcome = cache.get(condition);

            assertThat(outcome.how()).isEqualTo(How.HIT);
            assertThat(outcome.status()).isEqualTo(expected);
        }

        @Test
        void getsA304WithoutWhatDescribesABody() {
            CacheUnderTest cache = cache().origin(
                            "Cache-Control: max-age=60 ~ ETag: \"a\" ~ Content-Type: text/plain ~ Vary: X ~ X: y");
            cache.get();

            Outcome outcome = cache.get("If-None-Match: \"a\"");

            assertThat(outcome.body()).isEmpty();
            assertThat(outcome.headers().names())
                    .containsExactlyInAnyOrder("Cache-Control", "ETag", "Vary", "X", "Date", "Age");
        }

        @Test
        void isForwardedWhenNothingIsStored() {
            CacheUnderTest cache = cache().origin(304, "ETag: \"a\"", "");

            assertThat(cache.get("If-None-Match: \"a\"").status()).isEqualTo(304);
            assertThat(cache.forwarded().all("If-None-Match")).containsExactly("\"a\"");
            assertThat(cache.isStored()).isFalse();
        }

        @ParameterizedTest(name = "{0} is for the origin to judge")
        @ValueSource(strings = {"If-Match: \"a\"", "If-Unmodified-Since: @0"})
        void thatOnlyTheOriginCanJudgeIsForwarded(String condition) {
            CacheUnderTest cache = cache().origin("Cache-Control: max-age=60 ~ ETag: \"a\"");
            cache.get();

            assertThat(cache.origin(412, "", "").get(condition).status()).isEqualTo(412);
            assertThat(cache.forwarded().has(condition.substring(0, condition.indexOf(':'))))
                    .isTrue();
            assertThat(cache.get().how()).isEqualTo(How.HIT);
        }

        @Test
        void onNonSuccessfulStoredResponsesIsIgnored() {
            CacheUnderTest cache = cache().origin(404, "Cache-Control: max-age=60 ~ ETag: \"a\"", "no");
            cache.get();

            assertThat(cache.get("If-None-Match: \"a\"").status()).isEqualTo(404);
        }
    }

    @Nested
    class AStaleResponse {
        @ParameterizedTest(name = "§4.3.1: {0} is validated by {1}")
        @CsvSource(delimiter = '|', textBlock = """
            ETag: "a"                             | If-None-Match: "a"
            ETag: W/"a"                           | If-None-Match: W/"a"
            Last-Modified: @-100                  | If-Modified-Since: @-100
            ETag: "a" ~ Last-Modified: @-100      | If-None-Match: "a" ~ If-Modified-Since: @-100
            """)
        void isValidatedByItsValidators(String validators, String expected) {
            CacheUnderTest cache = cache();
            cache.origin("Cache-Control: max-age=0 ~ " + validators).get();
            Outcome outcome =
                    cache.origin(304, validators, "").get("X: y ~ If-None-Match: \"client's\" ~ Range: bytes=0-0");

            assertThat(outcome.how()).isEqualTo(How.REVALIDATED);
            Headers sent = cache.forwarded();
            assertThat(sent.names()).doesNotContain("Range");
            for (Headers.Field field : CacheUnderTest.fields(expected)) {
                String value = field.value().startsWith("@")
                        ? HttpDate.format(cache.now()
                                .plusSeconds(Long.parseLong(field.value().substring(1))))
                        : field.value();
                assertThat(sent.all(field.name())).containsExactly(value);
            }
            assertThat(sent.all("X")).containsExactly("y");
        }

        @Test
        void withoutValidatorsIsFetched() {
            CacheUnderTest cache = cache().origin("Cache-Control: max-age=1");
            cache.get();

            assertThat(cache.later(3).get().how()).isEqualTo(How.ORIGIN);
        }

        @Test
        void thatWasModifiedIsReplaced() {
            CacheUnderTest cache = cache().origin(200, "Cache-Control: max-age=1 ~ ETag: \"a\"", "old");
            cache.get();
            cache.later(3)
                    .origin(200, "Cache-Control: max-age=60 ~ ETag: \"b\"", "new")
                    .get();

            assertThat(cache.get()).extracting(Outcome::how, Outcome::body).containsExactly(How.HIT, "new");
        }

        @Test
        void thatWasNotAnswersTheClientsOwnCondition() {
            CacheUnderTest cache = cache().origin("Cache-Control: max-age=1 ~ Last-Modified: @-3000");
            cache.get();
            String condition =
                    "If-Modified-Since: " + HttpDate.format(cache.now().minusSeconds(3000));

            Outcome outcome =
                    cache.later(3).origin(304, "Last-Modified: @-3003", "").get(condition);

            assertThat(outcome).extracting(Outcome::how, Outcome::status).containsExactly(How.REVALIDATED, 304);
        }
    }

    @Nested
    class A304 {
        @ParameterizedTest(name = "§3.2: updates {0}")
        @ValueSource(
                strings = {
                    "Test-Header",
                    "X-Test-Header",
                    "Content-Foo",
                    "X-Content-Foo",
                    "Content-Type",
                    "Content-Location",
                    "Content-Security-Policy",
                    "Expires",
                    "Set-Cookie",
                    "X-Frame-Options"
                })
        void updatesFields(String name) {
            CacheUnderTest cache = cache().origin("Cache-Control: max-age=1 ~ ETag: \"e\" ~ " + name + ": A");
            cache.get();

            Outcome validated = cache.later(3)
                    .origin(304, "Cache-Control: max-age=60 ~ ETag: \"e\" ~ " + name + ": B", "")
                    .get();

            assertThat(validated.headers().all(name)).containsExactly("B");
            assertThat(cache.later(3).get()).satisfies(hit -> {
                assertThat(hit.how()).isEqualTo(How.HIT);
                assertThat(hit.headers().all(name)).containsExactly("B");
                assertThat(hit.body()).isEqualTo("body 0");
            });
        }

        @Test
        void keepsFieldsThatItDoesNotHave() {
            CacheUnderTest cache = cache().origin("Cache-Control: max-age=1 ~ ETag: \"e\" ~ Kept: yes");
            cache.get();

            assertThat(cache.later(3)
                            .origin(304, "ETag: \"e\"", "")
                            .get()
                            .headers()
                            .all("Kept"))
                    .containsExactly("yes");
        }

        @Test
        void keepsTheLengthAndStoresNoHopByHopField() {
            CacheUnderTest cache = cache().origin("Cache-Control: max-age=1 ~ ETag: \"e\"");
            cache.get();

            Outcome validated = cache.later(3)
                    .origin(304, "ETag: \"e\" ~ Content-Length: 10 ~ Connection: x ~ X: 1 ~ Keep-Alive: 5", "")
                    .get();

            assertThat(validated.headers().all("Content-Length")).containsExactly("6");
            assertThat(validated.headers().names()).doesNotContain("X", "Connection", "Keep-Alive");
        }

        @Test
        void beginsTheAgeAnew() {
            CacheUnderTest cache = cache().origin("Cache-Control: max-age=60 ~ Age: 50 ~ ETag: \"e\"");
            cache.get();

            assertThat(cache.later(30)
                            .origin(304, "ETag: \"e\"", "")
                            .get()
                            .headers()
                            .all("Age"))
                    .containsExactly("0");
        }

        @ParameterizedTest(name = "§4.3.4: stored {0}, 304 with {1}: {2}")
        @CsvSource(delimiter = '|', nullValues = "-", quoteCharacter = '`', textBlock = """
            ETag: "a"                            | ETag: "a"                           | REVALIDATED
            ETag: "a"                            | ETag: W/"a"                         | REVALIDATED
            ETag: "a"                            | -                                   | REVALIDATED
            ETag: "a"                            | ETag: "b"                           | ORIGIN
            ETag: W/"a"                          | ETag: W/"b"                         | ORIGIN
            Last-Modified: @-900                 | Last-Modified: @-900                | REVALIDATED
            Last-Modified: @-900                 | Last-Modified: @-800                | ORIGIN
            ETag: "a" ~ Last-Modified: @-900     | ETag: "b" ~ Last-Modified: @-900    | REVALIDATED
            ETag: "a" ~ Last-Modified: @-9       | ETag: "b" ~ Last-Modified: @-9      | ORIGIN
            """)
        void countsForTheResponseThatItsValidatorsName(String stored, @Nullable String fields, How expected) {
            CacheUnderTest cache = cache().origin("Cache-Control: max-age=0 ~ Date: @0 ~ " + stored);
            cache.get();

            assertThat(cache.origin(304, fields, "").get().how()).isEqualTo(expected);
        }

        @ParameterizedTest(name = "with {0} answers from the stored one and takes it away")
        @ValueSource(strings = {"Cache-Control: no-store", "Cache-Control: private", "Vary: *"})
        void thatForbidsStoring(String fields) {
            CacheUnderTest cache = cache().origin("Cache-Control: max-age=0 ~ ETag: \"a\"");
            cache.get();

            assertThat(cache.origin(304, "ETag: \"a\" ~ " + fields, "").get().body())
                    .isEqualTo("body 0");
            assertThat(cache.isStored()).isFalse();
        }
    }

    @Nested
    class Cookies {
        @Test
        void thatAreNotStoredAreForWhoeverAsked() {
            CacheUnderTest cache = cache().origin(200, "Last-Modified: @-6000 ~ Cache-Control: no-cache", "body");
            cache.get();
            cache.origin(304, "Last-Modified: @-6000 ~ Set-Cookie: user=ann", "");

            Outcome ann = cache.get();

            assertThat(ann).extracting(Outcome::how, Outcome::body).containsExactly(How.REVALIDATED, "body");
            assertThat(ann.headers().all("Set-Cookie")).containsExactly("user=ann");
            assertThat(cache.origin(304, "Last-Modified: @-6000", "")
                            .get()
                            .headers()
                            .has("Set-Cookie"))
                    .isFalse();
        }
    }
}
