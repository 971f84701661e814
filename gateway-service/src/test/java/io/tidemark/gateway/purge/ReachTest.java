package io.tidemark.gateway.purge;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contracts.Target;
import io.tidemark.gateway.cache.PurgeSubject;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Targets and requests write one and the same place in several ways. */
class ReachTest {
    @ParameterizedTest(name = "{0} {1} covers {2}?{3}: {4}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
        URL     | /a%3Ab            | /a:b         | -        | true
        URL     | /a:b              | /a%3ab       | -        | true
        URL     | /a%40%2C%2B%3B=   | /a@,+;%3D    | -        | true
        URL     | /a%3Fb            | /a%3fb       | -        | true
        URL     | /a%3Fb            | /a           | b        | false
        URL     | /a?b              | /a%3Fb       | -        | false
        URL     | /a%2Fb            | /a/b         | -        | false
        URL     | /a%2Fb            | /a%2fb       | -        | true
        URL     | /a%2Ab            | /a*b         | -        | true
        URL     | /a*b              | /a%2Ab       | -        | true
        URL     | /a*b              | /axb         | -        | false
        URL     | /a?x=%26          | /a           | x=%26    | true
        URL     | /a?x=%26          | /a           | x=&      | false
        URL     | /a?x=%2B          | /a           | x=+      | false
        URL     | /a?x=?%3F         | /a           | x=?%3f   | true
        URL     | /a?x=*            | /a           | x=%2A    | true
        URL     | /a?x=%41          | /a           | x=A      | true
        URL     | /%C3%BC           | /ü           | -        | true
        PREFIX  | /a%2A             | /a*/c        | -        | true
        PREFIX  | /a%2A             | /ab/c        | -        | false
        PATTERN | /a%2A/c           | /a*/c        | -        | true
        PATTERN | /a%2A/c           | /a%2a/c      | -        | true
        PATTERN | /a%2A/c           | /ab/c        | -        | false
        PATTERN | /%2A%2A           | /a/b         | -        | false
        PATTERN | /a*/c             | /a*/c        | -        | true
        PATTERN | /a*/c             | /a%3A/c      | -        | true
        PATTERN | /a?x=%2A          | /a           | x=1      | false
        PATTERN | /a?x=*            | /a           | x=1      | true
        """)
    void compare(Target.Kind kind, String value, String path, @Nullable String query, boolean covered) {
        PurgeSubject subject = new PurgeSubject(List.of("shop.example"), path, query, Set.of());
        PurgeBook book = new PurgeBook("e");
        book.add(new Target(kind, value), 1, true, 1);

        assertThat(Cover.of(new Target(kind, value)).covers(subject)).isEqualTo(covered);
        assertThat(book.verdict(subject, 0, 0).name()).isEqualTo(covered ? "ABSENT" : "VALID");
    }

    static IntStream octets() {
        return IntStream.range(0, 256);
    }

    /** RFC 3986 §2.3 and, in paths, §3.3; but for the star. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("octets")
    void eachOctetHasOneForm(int octet) {
        String plain = Character.toString(octet);
        String encoded = String.format(Locale.ROOT, "%%%02X", octet);
        boolean unreserved = plain.matches("[A-Za-z0-9._~-]");

        assertThat(Reach.normalQuery(encoded)).isEqualTo(unreserved ? plain : encoded);
        assertThat(Reach.normal(encoded)).isEqualTo(unreserved || plain.matches("[!$&'()+,;=:@]") ? plain : encoded);
        assertThat(Reach.normal(encoded.toLowerCase(Locale.ROOT))).isEqualTo(Reach.normal(encoded));
        if (octet < 0x80) {
            assertThat(Reach.normal(plain)).isEqualTo(plain.matches("[!-~&&[^*]]") ? plain : encoded);
            assertThat(Reach.normal('é' + plain)).isEqualTo("%C3%A9" + Reach.normal(plain));
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "/%41, /A",
        "/%4, /%4",
        "/%, /%",
        "/%zz/%41, /%zz/A",
        "/%4z/%41, /%4z/A",
        "/%z4/%41, /%z4/A",
        "/%%41, /%A"
    })
    void whatIsNoEncodingStaysAsItIs(String path, String normal) {
        assertThat(Reach.normal(path)).isEqualTo(normal);
    }

    @Test
    void anIndexKeepsPathsInThatForm() {
        PurgeSubject subject = new PurgeSubject(List.of("shop.example"), "/a%3ab", "x=1", Set.of());
        assertThat(Reaches.normalPath(subject)).isEqualTo("/a:b");
        assertThat(Reaches.normalPath(Target.url("https://shop.example/a%3Ab?x=1?y=2")))
                .isEqualTo("/a:b");
    }
}
