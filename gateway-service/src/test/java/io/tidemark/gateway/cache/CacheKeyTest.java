package io.tidemark.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheKeyTest {
    @Test
    void routesThatShareAPathShareNothing() {
        PresentedRequest request = PureCache.request("GET", null);

        assertThat(CacheKey.of("one", request)).isNotEqualTo(CacheKey.of("two", request));
        assertThat(CacheKey.of("one", request).text())
                .isNotEqualTo(CacheKey.of("two", request).text());
    }

    @Test
    void aHeadIsOfTheSameResourceAsAGet() {
        assertThat(CacheKey.of("r", PureCache.request("HEAD", null)))
                .isEqualTo(CacheKey.of("r", PureCache.request("GET", null)));
    }

    @Test
    void theQueryCountsAndSoDoesAnEmptyOne() {
        assertThat(Set.of(key(null), key(""), key("a=1"), key("a=2"))).hasSize(4);
    }

    @ParameterizedTest(name = "{0}: {1} counts as {2}")
    @CsvSource(
            nullValues = "-",
            value = {
                "drop,utm=1&a=2,a=2",
                "drop,utm=1,-",
                "drop,b=1&a=2,b=1&a=2",
                "keep,a=1&b=2&c=3,a=1&b=2",
                "keep,c=3,-",
                "sort,b=2&a=1,a=1&b=2",
                "sort,-,-"
            })
    void thePolicyChoosesTheParameters(String how, @Nullable String query, @Nullable String expected) {
        KeySettings settings = switch (how) {
            case "drop" -> new KeySettings(null, Set.of("utm"), false, List.of(), List.of());
            case "keep" -> new KeySettings(Set.of("a", "b"), Set.of(), false, List.of(), List.of());
            default -> new KeySettings(null, Set.of(), true, List.of(), List.of());
        };

        assertThat(CacheKey.of("r", request(query, null), settings).query()).isEqualTo(expected);
    }

    @Test
    void fieldsAndCookiesCanCount() {
        KeySettings settings = new KeySettings(null, Set.of(), false, List.of("X-Country"), List.of("cart"));

        assertThat(Set.of(
                        CacheKey.of("r", request(null, null), settings),
                        CacheKey.of("r", request(null, "X-Country: de"), settings),
                        CacheKey.of("r", request(null, "X-Country: fr"), settings),
                        CacheKey.of("r", request(null, "Cookie: a=b; cart=1"), settings),
                        CacheKey.of("r", request(null, "Cookie: a=b; cart=2"), settings)))
                .hasSize(5);
        assertThat(CacheKey.of("r", request(null, "Cookie: x=1; cart=1"), settings))
                .isEqualTo(CacheKey.of("r", request(null, "Cookie: cart=1; x=2"), settings));
    }

    private static CacheKey key(@Nullable String query) {
        return CacheKey.of("r", request(query, null));
    }

    private static PresentedRequest request(@Nullable String query, @Nullable String fields) {
        return new PresentedRequest("GET", "http", "shop.example", "/a", query, CacheUnderTest.fields(fields));
    }
}
