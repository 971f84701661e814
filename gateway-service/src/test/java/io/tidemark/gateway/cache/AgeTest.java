package io.tidemark.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.commons.http.HttpDate;
import io.tidemark.gateway.http.Headers;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** How old a stored response is (RFC 9111 §4.2.3). */
class AgeTest {
    @Test
    void theRestOfTheSecondThatADateNamesIsNotAge() {
        Instant received = PureCache.START.plusMillis(900);
        ResponseHead head = new ResponseHead(
                200, Headers.of("Cache-Control", "max-age=1", "Date", HttpDate.format(received)), received, received);

        assertThat(new CachePolicy(PolicySettings.standard())
                        .freshness(head, received.plusMillis(900))
                        .isFresh())
                .isTrue();
    }

    /** RFC 9111 §4.2.3: Dates are compared where clocks are reasonably synchronized. */
    @Test
    void howFarClocksAreKnownToBeApartIsNoAge() {
        Headers headers = Headers.of("Date", HttpDate.format(PureCache.START.minusSeconds(630)));
        ResponseHead head = new ResponseHead(200, headers, PureCache.START, PureCache.START, Duration.ofMinutes(10));
        assertThat(head.age(PureCache.START)).hasSeconds(30);
        ResponseHead behind = new ResponseHead(
                200,
                Headers.of("Date", HttpDate.format(PureCache.START.plusSeconds(570))),
                PureCache.START,
                PureCache.START,
                Duration.ofMinutes(-10));
        assertThat(behind.age(PureCache.START)).hasSeconds(30);
    }

    @Test
    void theResponseDelayCountsAsAge() {
        ResponseHead head = new ResponseHead(
                200,
                CacheUnderTest.fields("Cache-Control: max-age=60 ~ Age: 10"),
                PureCache.START,
                PureCache.START.plusSeconds(7));

        assertThat(head.age(PureCache.START.plusSeconds(8))).hasSeconds(18);
    }
}
