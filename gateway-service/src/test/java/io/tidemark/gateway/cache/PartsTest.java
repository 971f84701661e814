package io.tidemark.gateway.cache;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contracts.Position;
import io.tidemark.gateway.cache.CacheUnderTest.How;
import io.tidemark.gateway.cache.CacheUnderTest.Outcome;
import io.tidemark.gateway.http.Headers;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ranges and parts, to the byte. */
class PartsTest {
    private static final String DIGITS = "0123456789";

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
        bytes=0-4                       | true
        bytes=0-0                       | true
        bytes=0-999999999999999999      | true
        bytes=0-1000000000000000000     | false
        bytes=-999999999999999999       | true
        bytes=5-                        | true
        bytes=-5                        | true
        bytes=-                         | false
        bytes=4-3                       | false
        bytes=4-4                       | true
        bytes=a-4                       | false
        bytes=0-a                       | false
        bytes=0-:                       | false
        bytes=0-/                       | false
        bytes                           | false
        =0-4                            | false
        lines=0-4                       | false
        """)
    void whatIsARange(String value, boolean valid) {
        assertThat(ByteRanges.parse(value) != null).isEqualTo(valid);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({"'bytes=0-4', true", "'bytes=0-4,6-7', false", "'bytes=5-', false", "'bytes=-5', false"})
    void whatIsOneRangeWithBothEnds(String value, boolean single) {
        ByteRanges ranges = ByteRanges.parse(value);
        assertThat(ranges).isNotNull();
        assertThat(ranges.single()).isEqualTo(single ? new ByteRanges.Range(0, 4) : null);
    }

    @Nested
    class Answers {
        private final PureCache cache = new PureCache();

        @Test
        void ofNoBytesNoRangeCanBeGiven() {
            cache.origin(200, "Cache-Control: max-age=60 ~ Content-Type: text/plain ~ ETag: \"a\"", "");
            cache.get();
            Outcome outcome = cache.get("Range: bytes=0-4");
            assertThat(outcome.status()).isEqualTo(416);
            assertThat(outcome.headers().first("Content-Range")).isEqualTo("bytes */0");
            assertThat(outcome.headers().first("Content-Length")).isEqualTo("0");
            assertThat(outcome.headers().first("ETag")).isEqualTo("\"a\"");
            assertThat(outcome.headers().has("Content-Type")).isFalse();
            assertThat(outcome.body()).isEmpty();
        }

        @ParameterizedTest
        @CsvSource({"200, 0", "204, -"})
        void aStatusWithoutABodyHasNoLength(int status, String length) {
            cache.origin(status, "Cache-Control: max-age=60", "");
            cache.get();
            assertThat(cache.get()).satisfies(hit -> {
                assertThat(hit.how()).isEqualTo(How.HIT);
                assertThat(hit.headers().first("Content-Length")).isEqualTo(length.equals("-") ? null : length);
            });
        }

        @ParameterizedTest(name = "{0} s after its last modification: {1}")
        @CsvSource({"59, 200", "60, 206"})
        void aDateIsAStrongValidatorAMinuteLater(long seconds, int status) {
            cache.origin(200, "Cache-Control: max-age=600 ~ Date: @0 ~ Last-Modified: @-" + seconds, DIGITS);
            cache.get();
            assertThat(cache.get("Range: bytes=0-4 ~ If-Range: @-" + seconds).status())
                    .isEqualTo(status);
        }

        @ParameterizedTest(name = "{0}: {1}")
        @CsvSource({"'1-3', HIT", "'0-4', HIT", "'0-5', ORIGIN", "'0-1,3-4', ORIGIN", "'-2', ORIGIN", "'2-', ORIGIN"})
        void aPartOfUnknownLengthAnswersWhatLiesWithinIt(String range, How how) {
            cache.origin(206, "Cache-Control: max-age=60 ~ ETag: \"a\" ~ Content-Range: bytes 0-4/*", "01234");
            cache.get("Range: bytes=0-4");
            assertThat(cache.get("Range: bytes=" + range).how()).isEqualTo(how);
        }
    }

    @Nested
    class PutTogether {
        private StoredResponse part(int first, int end, OptionalLong of) {
            return new StoredResponse(
                    new ResponseHead(200, Headers.of("ETag", "\"a\""), PureCache.START, PureCache.START),
                    Variant.ONLY,
                    StoredBody.part(DIGITS.substring(first, end).getBytes(US_ASCII), first, of),
                    new Position("log", 1),
                    new PurgeSubject(List.of("shop.example"), "/a", null, Set.of()));
        }

        private StoredBody together(StoredResponse stored, StoredResponse fresh) {
            return PartialContent.extend(stored, fresh).body();
        }

        @ParameterizedTest(name = "{0}-{1} and {2}-{3}")
        @CsvSource({"2,5,5,8", "5,8,2,5", "2,6,5,8", "5,8,2,6", "2,8,3,5", "3,5,2,8", "2,8,2,8"})
        void whatMeetsIsOne(int first, int end, int otherFirst, int otherEnd) {
            OptionalLong ten = OptionalLong.of(10);
            StoredBody body = together(part(first, end, ten), part(otherFirst, otherEnd, ten));
            assertThat(body.first()).isEqualTo(2);
            assertThat(new String(body.bytes(), US_ASCII)).isEqualTo(DIGITS.substring(2, 8));
            assertThat(body.completeLength()).isEqualTo(ten);
        }

        @ParameterizedTest(name = "{0}-{1} of {4} and {2}-{3} of {5}")
        @CsvSource({"1,4,5,8,10,10", "5,8,1,4,10,10", "2,5,5,8,10,11", "2,5,5,8,-1,-1"})
        void whatDoesNotMeetOrIsOfAnotherLengthStaysApart(
                int first, int end, int otherFirst, int otherEnd, long of, long otherOf) {
            StoredResponse fresh = part(otherFirst, otherEnd, length(otherOf));
            assertThat(together(part(first, end, length(of)), fresh)).isSameAs(fresh.body());
        }

        private OptionalLong length(long of) {
            return of < 0 ? OptionalLong.empty() : OptionalLong.of(of);
        }
    }
}
