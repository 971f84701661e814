package io.tidemark.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorityTest {
    @ParameterizedTest(name = "{0} over {1} is {2}")
    @CsvSource({
        "shop.example, http, shop.example",
        "SHOP.Example, http, shop.example",
        "shop.example., http, shop.example",
        "shop.example:80, http, shop.example",
        "shop.example.:080, http, shop.example",
        "shop.example:443, https, shop.example",
        "shop.example:443, http, shop.example:443",
        "shop.example:, http, shop.example",
        "x:8080, http, x:8080",
        "my_shop, http, my_shop",
        "xn--mnchen-3ya.example, http, xn--mnchen-3ya.example",
        "127.0.0.1:1, http, 127.0.0.1:1",
        "[::1]:8080, http, [::1]:8080",
        "[2001:DB8::1], http, [2001:db8::1]",
        "0, http, 0"
    })
    void hasOneSpelling(String text, String scheme, String canonical) {
        assertThat(Authority.parse(text, scheme)).isNotNull().returns(canonical, Authority::text);
    }

    @ParameterizedTest(name = "\"{0}\" names no host")
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                ":80",
                ":",
                ".:80",
                "u@x",
                "u@",
                "@",
                "u:p@x",
                "a..b",
                ".a",
                "a..",
                "a b",
                "a/b",
                "a?b",
                "a#b",
                "a\\b",
                "a,b",
                "a%2e",
                "%",
                "*",
                "a\u0000",
                "m\u00fcnchen",
                "x:y",
                "x:65536",
                "x:-1",
                "x:80:80",
                "[]",
                "[:]",
                "[::1",
                "[::1]x",
                "[1.2.3.4]",
                "[fe80::1%25eth0]",
                "[v1.x]",
                "[",
                "]",
                "::1",
                " x",
                "x ",
                "a&b",
                "a;b",
                "(a)"
            })
    void whatIsNone(String text) {
        assertThat(Authority.parse(text, "http")).isNull();
    }
}
