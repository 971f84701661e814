package io.tidemark.invalidation.sources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.contracts.Target.Kind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetsTest {
    @ParameterizedTest
    @CsvSource({
        "HOST, shop.example, shop.example",
        "HOST, SHOP.example:8443, SHOP.example:8443",
        "HOST, münchen.example, xn--mnchen-3ya.example",
        "HOST, MÜNCHEN.example., xn--mnchen-3ya.example",
        "HOST, xn--mnchen-3ya.example, xn--mnchen-3ya.example",
        "HOST, my_shop, my_shop",
        "HOST, [::1]:80, [::1]:80",
        "URL, /a, /a",
        "URL, http://my_shop/a, http://my_shop/a",
        "URL, //shop.example/a?b, https://shop.example/a?b",
        "URL, HTTPS://shop.example/a, https://shop.example/a",
        "URL, https://münchen.example:8443/é, https://xn--mnchen-3ya.example/é",
        "URL, https://shop.example/é, https://shop.example/é",
        "PREFIX, http://my_shop/a, http://my_shop/a",
        "PREFIX, //my_shop/a, https://my_shop/a",
        "PATTERN, http://my_shop/a/*, http://my_shop/a/*",
        "PATTERN, HTTP://my_shop/**, https://my_shop/**",
        "TAG, münchen, münchen",
    })
    void means_to_every_gateway_what_it_says(Kind kind, String value, String made) {
        assertThat(Targets.of(kind, value).value()).isEqualTo(made);
    }

    @ParameterizedTest
    @CsvSource({
        "HOST, straße.example, A-label",
        "HOST, m\u00fc..example, A-label",
        "HOST, shop%2Eexample, names no host",
        "HOST, https://shop.example, scheme",
        "URL, https:///a, names no host",
        "URL, //, names no host",
        "URL, ///a, names no host",
        "URL, https://user@shop.example/a, names no host",
        "URL, ftp://shop.example/a, slash",
        "URL, https:shop.example, slash",
        "PATTERN, /*/*/*/*/*/*/*/*/*, wildcards",
    })
    void says_what_is_none(Kind kind, String value, String why) {
        assertThatThrownBy(() -> Targets.of(kind, value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @CsvSource({"512", "600"})
    void a_pattern_is_not_long(int length) {
        String pattern = "/" + "a".repeat(length);
        assertThatThrownBy(() -> Targets.of(Kind.PATTERN, pattern)).hasMessageContaining("512");
    }
}
