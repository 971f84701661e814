package io.tidemark.writequeue.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Response fields of the origin that delivery reads. */
class FieldsTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void cacheGroupInvalidationIsAListOfStrings() { // RFC 9875 section 3
        assertThat(CacheGroups.parse(List.of()).names()).isEmpty();
        assertThat(CacheGroups.parse(List.of("\"a\", \"b\\\"c\";x=1", "\"d,e\";n=\"f, \\\"g\""))
                        .names())
                .containsExactly("a", "b\"c", "d,e");
    }

    @ParameterizedTest
    @ValueSource(strings = {",\"a\"", "\"a\",", "a", "\"a", "\"a\", b", "\"a\\"})
    void aFieldThatIsNoneIsIgnoredWhole(String field) { // RFC 9651 section 4.2
        assertThat(CacheGroups.parse(List.of(field))).isEqualTo(new CacheGroups(List.of(), 1));
    }

    @Test
    void aGroupThatNoPurgeCanNameIsDroppedAlone() {
        String longest = "x".repeat(2048);
        assertThat(CacheGroups.parse(List.of("\"x" + longest + "\"", "\"a\"", "\"" + longest + "\"")))
                .isEqualTo(new CacheGroups(List.of("a", longest), 1));
    }

    @Test
    void retryAfterIsSecondsOrADate() { // RFC 9110 section 10.2.3
        assertThat(RetryAfter.parse("120", NOW)).contains(Duration.ofMinutes(2));
        assertThat(RetryAfter.parse("Thu, 01 Jan 2026 00:00:30 GMT", NOW)).contains(Duration.ofSeconds(30));
        assertThat(RetryAfter.parse("Wed, 31 Dec 2025 00:00:00 GMT", NOW)).contains(Duration.ZERO);
        assertThat(RetryAfter.parse("Thursday, 01-Jan-26 00:00:30 GMT", NOW)).contains(Duration.ofSeconds(30));
        assertThat(RetryAfter.parse("Thu Jan  1 00:00:30 2026", NOW)).contains(Duration.ofSeconds(30));
        for (String huge : List.of("999999999999", "9".repeat(40), "Fri, 31 Dec 9999 23:59:59 GMT")) {
            assertThat(RetryAfter.parse(huge, NOW)).contains(Duration.ofSeconds(999_999_999));
        }
        for (String bad : List.of("", "-1", "soon", "1.5", "+5", "Thu, 32 Jan 2026 00:00:30 GMT")) {
            assertThat(RetryAfter.parse(bad, NOW)).as(bad).isEmpty();
        }
    }
}
