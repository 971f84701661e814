package io.tidemark.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.http.Headers;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the letters of directives say (RFC 9110 §5.6, RFC 9111 §5.2). */
class CacheControlTest {
    private static CacheControl parse(String... lines) {
        return CacheControl.parse(List.of(lines));
    }

    @ParameterizedTest(name = "x={0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", textBlock = """
        a            | a
        "a"          | a
        `" a "`      | ` a `
        "a,b=c"      | a,b=c
        "a\\"b"      | a"b
        "a\\\\"      | a\\
        `"a" `       | a
        `"a"\t`      | a
        ""           | ``
        "a"b         | invalid
        b"a"         | invalid
        "a           | invalid
        "a\\"        | invalid
        "a\\         | invalid
        "a""b"       | invalid
        ` a`         | invalid
        `\ta`        | invalid
        """)
    void anArgumentIsATokenOrAQuotedString(String written, @Nullable String argument) {
        CacheControl directives = parse("y, x=" + written);

        assertThat(directives.argument("x"))
                .isEqualTo("invalid".equals(argument) ? DirectiveScanner.INVALID : argument);
        assertThat(directives.has("y")).isTrue();
    }

    @Test
    void whatFollowsAnArgumentIsReadAndWhatHasNoNameIsNot() {
        CacheControl directives = parse("x=\"a\\\"b\", max-age=60, =7, \"quoted, name\"=1, , y");

        assertThat(directives.seconds("max-age")).hasValue(60);
        assertThat(directives.has("y")).isTrue();
        assertThat(directives.has("")).isFalse();
        assertThat(directives.has("name\"")).isFalse();
    }

    @Test
    void ofDirectivesThatAreThereTwiceTheOneThatSaysMoreCountsOrNone() {
        for (String name : List.of("private", "no-cache")) {
            String some = name + "=\"a\"";
            assertThat(parse(some, name).isUnqualified(name)).isTrue();
            assertThat(parse(name + ", " + some).isUnqualified(name)).isTrue();
            assertThat(parse(some, name + "=\"b\"").fieldNames(name)).containsExactly("a", "b");
            assertThat(parse(some, some).fieldNames(name)).containsExactly("a");
        }
        assertThat(parse("max-age=60, max-age=60").seconds("max-age")).hasValue(60);
        assertThat(parse("max-age=60, max-age=61").seconds("max-age")).hasValue(0);
        assertThat(parse("max-age=60, max-age").seconds("max-age")).hasValue(0);
    }

    @Test
    void manyResponsesShareOneCopyOfEqualDirectives() {
        ResponseDirectives one = directives("max-age=60, public");
        assertThat(directives("public, MAX-AGE=60"))
                .isEqualTo(one)
                .hasSameHashCodeAs(one)
                .extracting(ResponseDirectives::shared)
                .isSameAs(one.shared());
        assertThat(directives("max-age=61, public"))
                .isNotEqualTo(one)
                .doesNotHaveSameHashCodeAs(one)
                .extracting(ResponseDirectives::shared)
                .isNotSameAs(one.shared());
        ResponseDirectives targeted = ResponseDirectives.of(Headers.of("CDN-Cache-Control", "max-age=60, public"));
        assertThat(targeted.control()).isEqualTo(one.control());
        assertThat(targeted).isNotEqualTo(one);
    }

    private static ResponseDirectives directives(String line) {
        return ResponseDirectives.of(Headers.of("Cache-Control", line));
    }
}
