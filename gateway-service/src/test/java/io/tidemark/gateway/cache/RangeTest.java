package io.tidemark.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.cache.CacheUnderTest.How;
import io.tidemark.gateway.cache.CacheUnderTest.Outcome;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RangeTest extends CacheScenarios {
    @Nested
    class FromACompleteResponse {
        @ParameterizedTest(name = "RFC 9110 §14: {0} of ten bytes: {1} {2}")
        @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            bytes=0-1                 | 206 | bytes 0-1/10  | 01
            bytes=1-                  | 206 | bytes 1-9/10  | 123456789
            bytes=-1                  | 206 | bytes 9-9/10  | 9
            bytes=-20                 | 206 | bytes 0-9/10  | 0123456789
            bytes=5-99                | 206 | bytes 5-9/10  | 56789
            BYTES=0-0                 | 206 | bytes 0-0/10  | 0
            bytes=, 2-3 ,             | 206 | bytes 2-3/10  | 23
            bytes=20-30, 2-3          | 206 | bytes 2-3/10  | 23
            bytes=10-                 | 416 | bytes */10    | -
            bytes=-0                  | 416 | bytes */10    | -
            bytes=20-30               | 416 | bytes */10    | -
            bytes=3-2                 | 200 | -             | 0123456789
            bytes=a-b                 | 200 | -             | 0123456789
            bytes=                    | 200 | -             | 0123456789
            bytes=-                   | 200 | -             | 0123456789
            pages=1-2                 | 200 | -             | 0123456789
            bytes=0-9,0-9             | 200 | -             | 0123456789
            bytes=99999999999999999999- | 200 | -           | 0123456789
            """)
        void oneRangeIsCutOut(String range, int status, @Nullable String contentRange, @Nullable String body) {
            Outcome outcome = stored().get("Range: " + range);

            assertThat(outcome.how()).isEqualTo(How.HIT);
            assertThat(outcome.status()).isEqualTo(status);
            assertThat(outcome.headers().first("Content-Range")).isEqualTo(contentRange);
            assertThat(outcome.body()).isEqualTo(body == null ? "" : body);
            assertThat(outcome.headers().all("Content-Length"))
                    .containsExactly(Integer.toString(outcome.body().length()));
        }

        @Test
        void severalAreSentAsMultipart() {
            Outcome outcome = stored().get("Range: bytes=0-1, -2");

            String type = String.valueOf(outcome.headers().first("Content-Type"));
            assertThat(type).startsWith("multipart/byteranges; boundary=tidemark-");
            String boundary = type.substring(type.indexOf('=') + 1);
            assertThat(outcome.status()).isEqualTo(206);
            assertThat(outcome.headers().has("Content-Range")).isFalse();
            assertThat(outcome.body())
                    .isEqualTo("--" + boundary
                            + "\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-1/10\r\n\r\n01\r\n--"
                            + boundary + "\r\nContent-Type: text/plain\r\nContent-Range: bytes 8-9/10\r\n\r\n89\r\n--"
                            + boundary + "--\r\n");
            assertThat(outcome.headers().all("Content-Length"))
                    .containsExactly(Integer.toString(outcome.body().length()));
        }

        @ParameterizedTest(name = "RFC 9110 §13.1.5: If-Range: {0}: {1}")
        @CsvSource(delimiter = '|', textBlock = """
            "a"     | 206
            "b"     | 200
            W/"a"   | 200
            @-900   | 206
            @-800   | 200
            @-1000  | 200
            never   | 200
            """)
        void ifRangeComparesStrongly(String ifRange, int status) {
            CacheUnderTest cache =
                    cache().origin(200, "Cache-Control: max-age=60 ~ ETag: \"a\" ~ Last-Modified: @-900", "0123456789");
            cache.get();

            assertThat(cache.get("Range: bytes=0-1 ~ If-Range: " + ifRange).status())
                    .isEqualTo(status);
        }

        @Test
        void aConditionComesBeforeTheRange() {
            CacheUnderTest cache = cache().origin(200, "Cache-Control: max-age=60 ~ ETag: \"a\"", "0123456789");
            cache.get();

            assertThat(cache.get("Range: bytes=0-1 ~ If-None-Match: \"a\"").status())
                    .isEqualTo(304);
        }

        @Test
        void aHeadKnowsNoRanges() {
            assertThat(stored().send("HEAD", "Range: bytes=0-1").status()).isEqualTo(200);
        }

        @Test
        void aStaleOneIsValidatedAsAWholeAndCutAfterwards() {
            CacheUnderTest cache = cache().origin(200, "Cache-Control: max-age=1 ~ ETag: \"a\"", "0123456789");
            cache.get();

            Outcome outcome = cache.later(3).origin(304, "ETag: \"a\"", "").get("Range: bytes=2-3");

            assertThat(cache.forwarded().has("Range")).isFalse();
            assertThat(outcome)
                    .extracting(Outcome::how, Outcome::status, Outcome::body)
                    .containsExactly(How.REVALIDATED, 206, "23");
        }

        private CacheUnderTest stored() {
            CacheUnderTest cache =
                    cache().origin(200, "Cache-Control: max-age=60 ~ Content-Type: text/plain", "0123456789");
            cache.get();
            return cache;
        }
    }

    @Nested
    class OfStoredParts {
        @ParameterizedTest(name = "§3.3: bytes 4-8 of 10 are stored, asked for {0}: {1}")
        @CsvSource({
            "bytes=4-8,HIT,45678",
            "bytes=6-7,HIT,67",
            "bytes=-5,ORIGIN,",
            "bytes=4-,ORIGIN,",
            "bytes=0-4,ORIGIN,",
            "'bytes=4-5,7-8',HIT,"
        })
        void answerRangesWithinThem(String range, How expected, @Nullable String body) {
            CacheUnderTest cache = part("bytes 4-8/10", "45678");

            Outcome outcome =
                    cache.origin(206, "Content-Range: bytes 0-0/10", "0").get("Range: " + range);

            assertThat(outcome.how()).isEqualTo(expected);
            assertThat(outcome.status()).isEqualTo(206);
            if (body != null) {
                assertThat(outcome.body()).isEqualTo(body);
            }
        }

        @Test
        void areNeverTakenForTheWhole() {
            CacheUnderTest cache = part("bytes 0-4/10", "01234");

            assertThat(cache.origin(200, "Cache-Control: max-age=60", "0123456789")
                            .get())
                    .extracting(Outcome::how, Outcome::body)
                    .containsExactly(How.ORIGIN, "0123456789");
            assertThat(cache.get("Range: bytes=-1").body()).isEqualTo("9");
        }

        @ParameterizedTest(name = "not stored: Content-Range: {0} with body {1}")
        @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            bytes 0-4/10   | 0123
            bytes 0-4/10   | 012345
            bytes 4-0/10   | 01234
            bytes 0-4/4    | 01234
            bytes 0-4      | 01234
            pages 0-4/10   | 01234
            -              | 01234
            """)
        void areNotStoredWhereTheyContradictThemselves(@Nullable String contentRange, String body) {
            CacheUnderTest cache = cache();
            cache.origin(
                            206,
                            "Cache-Control: max-age=60"
                                    + (contentRange == null ? "" : " ~ Content-Range: " + contentRange),
                            body)
                    .get("Range: bytes=0-4");

            assertThat(cache.isStored()).isFalse();
        }

        @ParameterizedTest(name = "§3.4: {0} and then {1} are not put together")
        @CsvSource({"'\"a\"','\"b\"'", "'W/\"a\"','W/\"a\"'"})
        void ofOthersAreNot(String first, String second) {
            CacheUnderTest cache = cache();
            cache.origin(206, "Cache-Control: max-age=60 ~ ETag: " + first + " ~ Content-Range: bytes 0-4/10", "01234")
                    .get("Range: bytes=0-4");
            cache.origin(206, "Cache-Control: max-age=60 ~ ETag: " + second + " ~ Content-Range: bytes 5-9/10", "56789")
                    .get("Range: bytes=5-9");

            assertThat(cache.get("Range: bytes=0-4").how()).isEqualTo(How.ORIGIN);
        }

        @Test
        void thatAreTheWholeCountAsTheWhole() {
            CacheUnderTest cache = part("bytes 0-4/5", "01234");

            assertThat(cache.get())
                    .extracting(Outcome::how, Outcome::status, Outcome::body)
                    .containsExactly(How.HIT, 200, "01234");
        }

        private CacheUnderTest part(String contentRange, String body) {
            CacheUnderTest cache =
                    cache().origin(206, "Cache-Control: max-age=60 ~ Content-Range: " + contentRange, body);
            cache.get("Range: bytes=0-99");
            return cache;
        }
    }
}
