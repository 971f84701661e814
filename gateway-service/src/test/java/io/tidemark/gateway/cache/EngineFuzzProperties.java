package io.tidemark.gateway.cache;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/** {@link EngineFuzz} on bytes that are put together from what the parsers know, then cut, doubled and damaged. */
class EngineFuzzProperties {
    static final List<String> WORDS = List.of(
            "GET /a;/x.css?utm=1&b",
            "HEAD /a",
            "POST /%zz",
            "200",
            "206",
            "304",
            "503",
            "999",
            "\n",
            "\n",
            "\n\n",
            ":",
            ",",
            ", ",
            ";",
            "=",
            " ",
            "\t",
            "\"",
            "\\",
            "*",
            "-",
            "/",
            "W/",
            "(",
            ")",
            "?1",
            "@",
            "\0",
            "\u00fc",
            "Cache-Control:",
            "CDN-Cache-Control:",
            "Tidemark-Cache-Control:",
            "Pragma:",
            "Vary:",
            "Age:",
            "Date:",
            "Expires:",
            "Last-Modified:",
            "ETag:",
            "If-None-Match:",
            "If-Modified-Since:",
            "If-Range:",
            "If-Match:",
            "Range:",
            "Content-Range:",
            "Content-Length:",
            "Content-Language:",
            "Accept-Language:",
            "Content-Type:",
            "Cache-Groups:",
            "Cache-Tag:",
            "Surrogate-Key:",
            "Cache-Group-Invalidation:",
            "Location:",
            "Content-Location:",
            "Set-Cookie:",
            "Cookie:",
            "Authorization:",
            "Connection:",
            "Cookie:session=",
            "X-Key:",
            "max-age",
            "s-maxage",
            "no-cache",
            "no-store",
            "private",
            "public",
            "must-revalidate",
            "must-understand",
            "stale-while-revalidate",
            "stale-if-error",
            "max-stale",
            "min-fresh",
            "only-if-cached",
            "0",
            "1",
            "60",
            "2147483648",
            "99999999999999999999",
            "9223372036854775807",
            "-1",
            "1.5",
            "q=0.5",
            "q=1.000",
            "\"a\"",
            "W/\"a\"",
            "bytes=",
            "bytes ",
            "0-1",
            "5-",
            "-5",
            "0-9223372036854775807",
            "*/10",
            "0-63/64",
            "en",
            "de-CH",
            "Thu, 01 Jan 2026 00:00:00 GMT",
            "Thursday, 01-Jan-26 00:00:00 GMT",
            "Thu Jan  1 00:00:00 2026",
            "Thu, 99 Feb 2026 25:61:61 GMT",
            "http://shop.example/b",
            "//x",
            "?",
            "text/css");

    /** Whole exchanges to begin with. */
    static final List<String> SEEDS = List.of("""
        GET /a
        Cache-Control: max-age=1, min-fresh=2
        If-None-Match: "a", W/"b"

        200
        Cache-Control: max-age=60, stale-if-error=5
        ETag: "a"
        Vary: Foo, Accept-Language
        Age: 3

        304
        ETag: "a"
        Expires: Thu, 01 Jan 2026 00:00:00 GMT

        GET /a
        Accept-Language: de;q=0.5, en\
        """, """
        GET /f?utm=1&b=2&a
        Range: bytes=0-5, -3
        If-Range: "a"

        206
        Content-Range: bytes 0-63/64
        ETag: "a"
        CDN-Cache-Control: max-age=60, private="x"

        206
        Content-Range: bytes 64-127/*
        ETag: "a"
        Cache-Control: s-maxage="7"

        GET /f
        Range: bytes=1-2,4-5\
        """, """
        POST /w
        Cookie: session=a; b

        201
        Location: ?b#c
        Content-Location: http://shop.example/x
        Cache-Group-Invalidation: "g";a=1, "h"

        503
        Cache-Groups: "g", ("x" 1.5)
        Surrogate-Key: a b
        Cache-Tag: c,d

        HEAD /w
        Pragma: no-cache\
        """);

    @Provide
    Arbitrary<byte[]> inputs() {
        Arbitrary<String> known =
                Arbitraries.of(WORDS).list().ofMinSize(1).ofMaxSize(60).map(words -> String.join("", words));
        Arbitrary<String> any =
                Arbitraries.strings().withCharRange('\0', '\u00ff').ofMaxLength(120);
        return Arbitraries.frequencyOf(
                        net.jqwik.api.Tuple.of(8, known),
                        net.jqwik.api.Tuple.of(1, any),
                        net.jqwik.api.Tuple.of(1, known.flatMap(one -> any.map(other -> one + other))))
                .map(text -> text.getBytes(ISO_8859_1));
    }

    @Property(tries = 20_000, shrinking = ShrinkingMode.BOUNDED)
    void noBytesBringOutAnExceptionThatIsNotDeclared(@ForAll("inputs") byte[] input) {
        assertThatCode(() -> EngineFuzz.run(input)).doesNotThrowAnyException();
    }
}
