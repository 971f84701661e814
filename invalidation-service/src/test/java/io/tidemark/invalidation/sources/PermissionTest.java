package io.tidemark.invalidation.sources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.contracts.Target;
import io.tidemark.contracts.Target.Kind;
import io.tidemark.invalidation.sources.SourcesProperties.Allow;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A source that may purge the tags {@code product:*}, and below {@code /api/} of {@code shop.example}. */
class PermissionTest {
    private final Permission permission =
            new Permission(new Allow(List.of("product:*"), List.of("Shop.example"), List.of("/api/"), false));

    @ParameterizedTest
    @CsvSource({
        "TAG, product:1",
        "TAG, product:",
        "HOST, SHOP.example:8443",
        "URL, https://shop.example/api/a?q=/x",
        "URL, http://SHOP.example:8080/api/",
        "PREFIX, https://shop.example/api/a",
        "PATTERN, https://shop.example/api/*/b",
        "URL, https://shop.example/api/a#part",
        "URL, HTTPS://shop.example./api/a",
        "HOST, shop.example.",
    })
    void what_is_allowed(Kind kind, String value) {
        assertThat(permission.includes(new Target(kind, value))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "TAG, product",
        "TAG, user:1",
        "TAG, x product:1",
        "HOST, other.example",
        "URL, https://shop.example/apis",
        "URL, https://other.example/api/a",
        "URL, https://other.example@shop.example.evil/api/a",
        "PREFIX, https://shop.example/api",
        "PREFIX, https://shop.example/",
        "PATTERN, https://shop.example/*/api/",
        "PATTERN, https://shop.example/ap*",
        "URL, /api/a",
    })
    void what_is_not(Kind kind, String value) {
        assertThat(permission.includes(new Target(kind, value))).isFalse();
    }

    /** The gateways end the host at a question mark, and drop a fragment: what follows is no path. */
    @ParameterizedTest
    @EnumSource(names = {"URL", "PREFIX", "PATTERN"})
    void a_path_behind_a_query_or_a_fragment_is_no_way_around_it(Kind kind) {
        for (String value : List.of(
                "https://shop.example#/api/",
                "https://shop.example?/api/",
                "https://shop.example/#/api/",
                "https://shop.example/?/api/",
                "https://shop.example?#/api/")) {
            assertThat(permission.includes(new Target(kind, value))).as(value).isFalse();
        }
    }

    @Test
    void all_needs_a_word_of_its_own() {
        assertThat(permission.includes(Target.all())).isFalse();
        var everything = new Permission(new Allow(List.of("*"), List.of("*"), List.of("/"), true));
        assertThat(everything.includes(Target.all())).isTrue();
        assertThat(everything.includes(new Target(Kind.PREFIX, "/"))).isTrue();
        assertThat(everything.includes(Target.url("https://any.example/a"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"api/a", "https:///api/", "https://a b/api/", "#/api/", "https:/shop.example/api/"})
    void a_url_that_is_none_is_told_from_one_that_is_forbidden(String value) {
        assertThatThrownBy(() -> permission.includes(Target.url(value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("host");
    }
}
