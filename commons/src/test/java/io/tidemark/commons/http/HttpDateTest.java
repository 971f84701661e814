package io.tidemark.commons.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("HTTP-date (RFC 9110 section 5.6.7)")
class HttpDateTest {
    private static final Instant NOW = Instant.parse("2026-11-30T00:00:00Z");

    @ParameterizedTest
    @ValueSource(
            strings = {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"})
    void isReadInItsThreeForms(String date) {
        assertThat(HttpDate.parse(date, NOW)).isEqualTo(Instant.parse("1994-11-06T08:49:37Z"));
    }
}
