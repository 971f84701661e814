package io.tidemark.commons.templates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.commons.templates.Template.Syntax;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class TemplateTest {
    private static String fill(Syntax syntax, String template, String value) {
        return Template.parse(template, syntax).fill(place -> place.equals("id") ? value : "y");
    }

    @Test
    void knowsItsPlacesAndRefusesHalfABrace() {
        assertThat(Template.parse("/{a}/{/b/c}?{a}", Syntax.URL).places()).containsExactly("a", "/b/c");
        for (String broken : new String[] {"/{id", "/id}", "/{}", "/{{id}}"}) {
            assertThatThrownBy(() -> Template.parse(broken, Syntax.URL)).hasMessageContaining(broken);
        }
    }

    @Test
    void aTextTakesValuesAsTheyAre() {
        assertThat(fill(Syntax.TEXT, "product:{id}", "a/b *..")).isEqualTo("product:a/b *..");
        assertThat(fill(Syntax.TEXT, "plain", "")).isEqualTo("plain");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x\ud800", "\udc00"})
    void whatIsNoTextIsRefusedEverywhere(String value) {
        for (Syntax syntax : Syntax.values()) {
            assertThatThrownBy(() -> fill(syntax, "/a/{id}", value))
                    .isInstanceOfSatisfying(
                            UnfillableException.class,
                            refused -> assertThat(refused.place()).isEqualTo("id"));
        }
    }

    @Nested
    class AUrl {
        @Test
        void isEncodedWhereDataStands() {
            String encoded = "a%2Fb%3Fc%23d%20e%2B%C3%BC%2A%2A%25%3B%F0%9F%98%80";
            assertThat(fill(Syntax.URL, "/p/{id}", "a/b?c#d e+ü**%;😀")).isEqualTo("/p/" + encoded);
            assertThat(fill(Syntax.URL, "/p?q={id}&x={x}", "a/b?c#d e+ü**%;😀")).isEqualTo("/p?q=" + encoded + "&x=y");
            assertThat(fill(Syntax.URL, "/p/{id}/**", "*")).isEqualTo("/p/%2A/**");
        }

        @ParameterizedTest
        @ValueSource(strings = {".", "..", "../x", "a/../b", "..\\x", "x/..", "..;a", "a/."})
        void hasNoDotSegmentsOfData(String value) {
            assertThatThrownBy(() -> fill(Syntax.URL, "/p/{id}/q", value))
                    .isInstanceOfSatisfying(
                            UnfillableException.class,
                            refused -> assertThat(refused.place()).isEqualTo("id"));
        }

        @Test
        void hasNoDotSegmentsOfDataAndTemplateTogether() {
            assertThatThrownBy(() -> fill(Syntax.URL, "/p/.{id}", ".")).hasMessageContaining("{id}");
            assertThatThrownBy(() -> fill(Syntax.URL, "/p/{id}{id}", ".")).hasMessageContaining("{id}");
            assertThat(fill(Syntax.URL, "/p/{id}", "...")).isEqualTo("/p/...");
            assertThat(fill(Syntax.URL, "/p/v{id}", "1..2")).isEqualTo("/p/v1..2");
            assertThat(fill(Syntax.URL, "/p?q={id}", "..")).isEqualTo("/p?q=..");
        }

        @Test
        void maySayItsHostButNothingMoreOfItsAuthority() {
            assertThat(fill(Syntax.URL, "https://{id}/a/{x}", "shop.example")).isEqualTo("https://shop.example/a/y");
            assertThat(fill(Syntax.URL, "https://{id}.example/a", "eu-1")).isEqualTo("https://eu-1.example/a");
            for (String other : new String[] {"evil.example/", "u@evil.example", "*", "a:80", "a b"}) {
                assertThatThrownBy(() -> fill(Syntax.URL, "https://{id}/a", other))
                        .hasMessageContaining("{id}");
            }
        }

        @Test
        void isTheValueItselfWhereThatStandsAtTheBeginning() {
            assertThat(fill(Syntax.URL, "{id}", "https://shop.example/a%20b?c=d&e"))
                    .isEqualTo("https://shop.example/a%20b?c=d&e");
            assertThat(fill(Syntax.URL, "{id}/{x}", "/a/**/ü b")).isEqualTo("/a/%2A%2A/%C3%BC%20b/y");
            assertThatThrownBy(() -> fill(Syntax.URL, "{id}", "/a/%2e./b")).hasMessageContaining("{id}");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1,1",
        "1.0,1",
        "10e-1,1",
        "-0,0",
        "-0.0,0",
        "1e3,1000",
        "-42,-42",
        "true,true",
        "\"a\",a",
        "\" a\",' a'"
    })
    void equalJsonValuesAreTheSameText(String json, String text) {
        assertThat(JsonText.of(JsonMapper.shared().readTree(json))).contains(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"12.50", "0.1", "1e400", "1e-400", "null", "\"\"", "\" \"", "{}", "[]", "[1]"})
    void whatIsNotOneTextIsNone(String json) {
        assertThat(JsonText.of(JsonMapper.builder()
                        .enable(tools.jackson.databind.DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                        .build()
                        .readTree(json)))
                .isEmpty();
    }
}
