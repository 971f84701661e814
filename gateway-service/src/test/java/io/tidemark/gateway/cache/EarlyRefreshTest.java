package io.tidemark.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contracts.Position;
import io.tidemark.gateway.cache.CacheDecision.ServeStored;
import io.tidemark.gateway.http.Headers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** XFetch with fixed draws and a fixed clock: a response that lives for 100 s. */
class EarlyRefreshTest {
    private static final Instant RECEIVED = Instant.parse("2026-01-01T00:00:00Z");

    private static StoredResponse fetchedIn(Duration fetch) {
        return stored(Headers.of("Cache-Control", "max-age=100"), fetch);
    }

    private static StoredResponse stored(Headers headers, Duration fetch) {
        return new StoredResponse(
                new ResponseHead(200, headers, RECEIVED.minus(fetch), RECEIVED),
                Variant.ONLY,
                StoredBody.complete(new byte[0]),
                new Position("e", 0),
                new PurgeSubject(List.of("h"), "/", null, Set.of()));
    }

    private static CachePolicy policy(boolean early, EarlyRefresh.Draws draws) {
        PolicySettings standard = PolicySettings.standard();
        PolicySettings settings = new PolicySettings(
                "early",
                standard.consistency(),
                null,
                null,
                null,
                null,
                null,
                early,
                true,
                true,
                false,
                standard.maxBodyBytes(),
                standard.key());
        return new CachePolicy(settings, new EarlyRefresh(draws));
    }

    /** Whether it is refreshed behind, so many milliseconds before its lifetime ends. */
    private static boolean refreshes(CachePolicy policy, StoredResponse stored, long millisBefore) {
        PresentedRequest request = new PresentedRequest("GET", "http", "h", "/", null, Headers.empty());
        Duration age = stored.head().age(RECEIVED); // the fetch counts
        Instant now = RECEIVED.plusSeconds(100).minus(age).minusMillis(millisBefore);
        return policy.decide(request, List.of(new Candidate(stored, PurgeVerdict.VALID)), Trust.TRUSTED, now)
                        instanceof ServeStored served
                && served.refreshBehind();
    }

    @ParameterizedTest(name = "fetched in {0} ms, u = {1}: {2} ms before its end refreshed {3}")
    @CsvSource({
        "1000, 0.36787944, 999, true", // -ln(1/e) = 1: one fetch time before the end
        "1000, 0.36787944, 1001, false",
        "1000, 0.13533528, 1999, true", // -ln(1/e^2) = 2
        "1000, 0.13533528, 2001, false",
        "200, 0.36787944, 199, true",
        "200, 0.36787944, 201, false",
        "1000, 0.99999, 1, false",
        "60000, 0.36787944, 9999, true", // a fetch counts for a tenth of the lifetime at most
        "60000, 0.36787944, 10001, false",
        "0, 0.36787944, 1, true" // and for a millisecond at least
    })
    void isDueWhereTheDrawReachesTheEnd(long fetchMillis, double u, long before, boolean expected) {
        assertThat(refreshes(policy(true, (_, _) -> u), fetchedIn(Duration.ofMillis(fetchMillis)), before))
                .isEqualTo(expected);
    }

    /** Such a lifetime has more nanoseconds than a long. */
    @Test
    void whatExpiresInThousandsOfYearsIsServedAndNotDue() {
        StoredResponse stored = stored(Headers.of("Expires", "Fri, 31 Dec 9999 23:59:59 GMT"), Duration.ofSeconds(1));

        assertThat(refreshes(policy(true, (_, _) -> 1e-300), stored, 1_000)).isFalse();
    }

    @Test
    void withoutThePolicyNothingIsDue() {
        assertThat(refreshes(policy(false, (_, _) -> 1e-300), fetchedIn(Duration.ofSeconds(1)), 1))
                .isFalse();
    }

    @Test
    void farFromTheEndNothingIsDrawn() {
        CachePolicy policy = policy(true, (_, _) -> {
            throw new AssertionError("drawn");
        });
        assertThat(refreshes(policy, fetchedIn(Duration.ofSeconds(1)), 38_001)).isFalse();
    }

    @Test
    void withinASliceAllAreToldTheSame() {
        CachePolicy policy = policy(true, EarlyRefresh.Draws.seeded(42));
        StoredResponse stored = fetchedIn(Duration.ofSeconds(8)); // slices of a second
        for (long slice = 1; slice <= 60; slice++) {
            long end = slice * 1000;
            long begin = end - 999;
            assertThat(refreshes(policy, stored, begin))
                    .as("in second " + slice + " before the end; near the end it may become due within it")
                    .isIn(refreshes(policy, stored, end), true);
        }
    }

    @Test
    void aBusyResponseIsNearlyAlwaysRefreshedInTimeAndRarelyMuchTooEarly() {
        long seeds = 500;
        StoredResponse stored = fetchedIn(Duration.ofSeconds(1));
        List<Long> begun = LongStream.range(0, seeds)
                .mapToObj(seed -> {
                    CachePolicy policy = policy(true, EarlyRefresh.Draws.seeded(seed));
                    return LongStream.iterate(38_000, before -> before > 0, before -> before - 25)
                            .filter(before -> refreshes(policy, stored, before))
                            .findFirst()
                            .orElse(0);
                })
                .toList();
        long tooLate = begun.stream().filter(before -> before < 1000).count(); // less than a fetch before the end
        long tooEarly = begun.stream().filter(before -> before > 10_000).count();
        assertThat(tooLate).as("of " + seeds).isLessThan(seeds / 10);
        assertThat(tooEarly).as("of " + seeds).isLessThan(seeds / 50);
    }
}
