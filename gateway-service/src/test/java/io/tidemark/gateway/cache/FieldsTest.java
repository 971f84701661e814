package io.tidemark.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.http.Headers;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the fields of requests and responses are read, to the character. */
class FieldsTest {
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
        de                            | de
        de, fr                        | -
        de, fr;q=0.9                  | de
        fr;q=0.9, de                  | de
        de;q=0                        | -
        de;q=0.001                    | de
        de;q=0.5, fr;q=0.50           | -
        de;level=1, fr;q=0.9          | de
        de;level=1, fr                | -
        de;q=1.000, fr;q=0.999        | de
        de;q=2, fr;q=0.9              | de
        """)
    void whatIsPreferred(String line, @Nullable String expected) {
        assertThat(Preferences.first(List.of(line))).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        a,b                | a, b
        ` a ,, b `         | a, b
        "a, b",c           | "a, b", c
        "a\\", b",c        | "a\\", b", c
        "a\\\\",b          | "a\\\\", b
        a\\",b             | a\\",b
        """)
    void theSameListIsTheSameVariant(String presented, String normal) {
        assertThat(FieldNormalization.normalize("foo", List.of(presented))).isEqualTo(normal);
        Variant variant = Variant.of(Headers.of("Vary", "Foo"), Headers.of("Foo", presented));
        assertThat(variant.matches(Headers.of("Foo", normal))).isTrue();
        assertThat(variant.text()).isEqualTo("foo=" + normal.length() + ':' + normal + ' ');
    }

    @Test
    void onlyEqualVariantsShareALine() {
        Headers vary = Headers.of("Vary", "B, A");
        Variant variant = Variant.of(vary, CacheUnderTest.fields("A: 1 ~ B: 22"));
        assertThat(variant.text()).isEqualTo("a=1:1 b=2:22 ");
        assertThat(Variant.of(vary, CacheUnderTest.fields("A: 1")).text()).isNotEqualTo(variant.text());
        assertThat(Variant.ONLY.text()).isEmpty();
    }

    @Test
    void aTagIsAsLongAsAPurgeCanNameIt() {
        String longest = "t".repeat(2048);
        assertThat(Tags.of(Headers.of("Cache-Tag", longest + "," + longest + "t, a, ,")))
                .containsExactly(longest, "a");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        "a"      | true
        ""       | true
        "        | false
        W/"a"    | false
        a"       | false
        "a       | false
        """)
    void whatIsAStrongEntityTag(String tag, boolean strong) {
        assertThat(Validators.isStrong(tag)).isEqualTo(strong);
    }
}
