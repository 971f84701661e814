package io.tidemark.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.http.Headers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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

    @Test
    void eachPartCountsByItself() {
        assertThat(extra(List.of("X-Country"), List.of(), List.of(), "X-Country: de"))
                .isEqualTo("3:=de ");
        assertThat(extra(List.of("X-Country"), List.of(), List.of(), null)).isEqualTo("1:- ");
        assertThat(extra(List.of(), List.of("cart"), List.of(), "Cookie: cart; cartoon=9; cart=12"))
                .isEqualTo("3:=12 ");
        assertThat(extra(List.of(), List.of("cart"), List.of(), "Cookie: cartoon=9"))
                .isEqualTo("1:- ");
        assertThat(extra(List.of(), List.of(), List.of("role", "team"), null)).isEqualTo("6:=admin 1:- ");
        assertThat(extra(List.of(), List.of(), List.of(), "X-Country: de")).isEmpty();
    }

    private static String extra(
            List<String> headers, List<String> cookies, List<String> claims, @Nullable String fields) {
        KeySettings settings = new KeySettings(null, Set.of(), false, headers, cookies, claims);
        return CacheKey.of("r", request(null, fields), settings, Map.of("role", "admin"))
                .extra();
    }

    @ParameterizedTest(name = "{0} is named {1}")
    @CsvSource({
        "%69d=1, id",
        "i+d=2, i d",
        "i%20d=2, i d",
        "+=2, ' '",
        "%zz=3, %zz",
        "%3, %3",
        "=4, ''",
        "id, id",
        "id=5=6, id"
    })
    void aParameterIsNamedAsItsReaderReadsIt(String parameter, String name) {
        KeySettings settings = new KeySettings(null, Set.of(name), false, List.of(), List.of());

        assertThat(CacheKey.of("r", request("a=1&" + parameter + "&i%64s=7", null), settings)
                        .query())
                .isEqualTo("a=1&i%64s=7");
    }

    @Test
    void aVersionAndAUserAreOneMoreThingEach() {
        CacheKey key = key("a=1");
        assertThat(key.underVersion("")).isEqualTo(key);
        assertThat(key.underVersion("17").extra()).isEqualTo("v2:17 ");
        assertThat(key.underVersion("17").isPersonal()).isFalse();
        assertThat(key.forUser("ann").extra()).isEqualTo("u3:ann ");
        assertThat(key.forUser("ann").isPersonal()).isTrue();
        assertThat(key.forUser("ann").underVersion("").query()).isEqualTo("a=1");
    }

    @Test
    void itIsWrittenForPeopleAndForAStore() {
        CacheKey key = key("a=1").forUser("ann");
        assertThat(key).hasToString("http://shop.example/a?a=1");
        assertThat(key(null)).hasToString("http://shop.example/a");
        assertThat(key.text()).isEqualTo("1:r 4:http 12:shop.example 2:/a 4:?a=1 7:u3:ann  ");
        assertThat(key(null).text()).isEqualTo("1:r 4:http 12:shop.example 2:/a 0: 0: ");
        assertThat(List.of(key.route(), key.scheme(), key.authority())).containsExactly("r", "http", "shop.example");
    }

    @ParameterizedTest(name = "{0}: {1}, for one user: {2}")
    @CsvSource({
        "X-Kept, true, true",
        "x-counts, true, true",
        "Range, true, true",
        "If-None-Match, true, true",
        "Cookie, true, true",
        "X-Edge-User, false, true",
        "X-Other, false, false"
    })
    void thePolicyKeepsFieldsFromTheOrigin(String name, boolean kept, boolean keptForOne) {
        Headers request = Headers.of(name, "1");
        Set<String> keep = Set.of("X-KEPT");
        assertThat(keeping(keep, List.of("cart"), null).keptOf(request).has(name))
                .isEqualTo(kept);
        assertThat(keeping(keep, List.of("cart"), Duration.ofMinutes(1))
                        .keptOf(request)
                        .has(name))
                .isEqualTo(keptForOne);
        assertThat(keeping(keep, List.of(), null).keptOf(request).has(name)).isEqualTo(kept && !name.equals("Cookie"));
        assertThat(keeping(null, List.of(), null).keptOf(request).has(name)).isTrue();
    }

    private static KeySettings keeping(
            @Nullable Set<String> keep, List<String> cookies, @Nullable Duration personalTtl) {
        return new KeySettings(null, Set.of(), false, List.of("X-Counts"), cookies, List.of(), keep, personalTtl);
    }

    private static CacheKey key(@Nullable String query) {
        return CacheKey.of("r", request(query, null));
    }

    private static PresentedRequest request(@Nullable String query, @Nullable String fields) {
        return new PresentedRequest("GET", "http", "shop.example", "/a", query, CacheUnderTest.fields(fields));
    }
}
