package io.tidemark.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.tidemark.commons.http.HttpDate;
import io.tidemark.commons.http.StructuredFields;
import io.tidemark.contracts.Position;
import io.tidemark.gateway.http.Headers;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;

class EngineProperties {
    private static final Instant NOW = PureCache.START;

    /** Text near what parsers look at: separators, quotes, escapes, digits, pieces of names. */
    @Provide
    Arbitrary<String> fieldValues() {
        return Arbitraries.of(
                        "max-age",
                        "s-maxage",
                        "no-cache",
                        "no-store",
                        "private",
                        "bytes",
                        "=",
                        ",",
                        " ",
                        "\t",
                        "\"",
                        "\\",
                        "*",
                        "-",
                        "0",
                        "1",
                        "99999999999999999999",
                        ";",
                        "(",
                        ")",
                        "?1",
                        "?",
                        ":",
                        "@",
                        ".",
                        "a",
                        "W/",
                        "é",
                        "\0",
                        "Sun, 06 Nov 1994 08:49:37 GMT",
                        "/")
                .list()
                .ofMaxSize(12)
                .map(pieces -> String.join("", pieces));
    }

    @Property
    void noParserThrows(@ForAll("fieldValues") String value) {
        Headers headers = Headers.of(
                "Cache-Control",
                value,
                "CDN-Cache-Control",
                value,
                "Expires",
                value,
                "Age",
                value,
                "Date",
                value,
                "Last-Modified",
                value,
                "ETag",
                value,
                "Vary",
                value,
                "Content-Range",
                value,
                "Cache-Groups",
                value,
                "Surrogate-Key",
                value,
                "Cache-Tag",
                value,
                "Connection",
                value);
        Headers asked = Headers.of(
                "Cache-Control",
                value,
                "Pragma",
                value,
                "Range",
                value,
                "If-Range",
                value,
                "If-None-Match",
                value,
                "If-Modified-Since",
                value,
                "Accept-Language",
                value);
        PresentedRequest request = new PresentedRequest("GET", "http", "shop.example", "/a", value, asked);

        assertThatCode(() -> {
                    for (int status : new int[] {200, 206, 304, 404, 503}) {
                        ResponseHead head = new ResponseHead(status, headers, NOW, NOW);
                        CachePolicy policy = new CachePolicy(PolicySettings.standard());
                        StoredResponse stored = stored(headers, asked);
                        CacheDecision decision = policy.decide(
                                request, List.of(new Candidate(stored, PurgeVerdict.VALID)), Trust.TRUSTED, NOW);
                        policy.onOriginResponse(request, decision, head, new Position("log", 1), NOW);
                        Answer.from(stored, request, NOW);
                        CachePolicy.invalidation(
                                new PresentedRequest("POST", "http", "shop.example", "/a", value, asked),
                                new ResponseHead(status, headers.with("Location", value), NOW, NOW));
                    }
                })
                .doesNotThrowAnyException();
    }

    @Property
    void restrictionsSurviveAnythingAfterThem(@ForAll("fieldValues") String value) {
        // What comes after a comma outside of quotes cannot take a restriction back.
        CacheControl control = CacheControl.parse(List.of("no-store, private, " + value));

        assertThat(control.has("no-store")).isTrue();
        assertThat(control.has("private")).isTrue();
    }

    @Property
    void aLifetimeIsNeverNegativeNorBeyondTheLimit(@ForAll("fieldValues") String value) {
        OptionalLong seconds = CacheControl.parse(List.of("max-age=" + value)).seconds("max-age");

        assertThat(seconds.orElseThrow()).isBetween(0L, CacheControl.MAX_SECONDS);
    }

    @Property
    void aDateThatIsWrittenIsReadAgain(@ForAll @LongRange(min = 0, max = 4_102_444_800L) long epochSecond) {
        Instant date = Instant.ofEpochSecond(epochSecond);

        assertThat(HttpDate.parse(HttpDate.format(date), NOW)).isEqualTo(date);
    }

    @Provide
    Arbitrary<CacheKey> keys() {
        Arbitrary<String> part = Arbitraries.strings().withChars("ab:/? 19").ofMaxLength(3);
        return Combinators.combine(part, part, part, part, part.injectNull(0.3), part)
                .as(CacheKey::new);
    }

    @Property
    void onlyEqualKeysShareTheirText(@ForAll("keys") CacheKey one, @ForAll("keys") CacheKey other) {
        assertThat(one.text().equals(other.text())).isEqualTo(one.equals(other));
    }

    @Provide
    Arbitrary<Headers> requests() {
        Arbitrary<String> names = Arbitraries.of("Foo", "foo", "Bar", "Accept-Language");
        Arbitrary<String> values = Arbitraries.of("1", "2", "1,2", "", " 1 , 2", "\"1,2\"", "en", "EN;q=0.5");
        return Combinators.combine(names, values)
                .as(Headers.Field::new)
                .list()
                .ofMaxSize(4)
                .map(fields -> {
                    Headers.Builder headers = Headers.builder();
                    fields.forEach(field -> headers.add(field.name(), field.value()));
                    return headers.build();
                });
    }

    @Property
    void aVariantMatchesJustTheRequestsThatWouldBeTheSameVariant(
            @ForAll("requests") Headers one, @ForAll("requests") Headers other) {
        Headers response = Headers.of("Vary", "foo, Accept-Language");
        Variant variant = Variant.of(response, one);

        assertThat(variant.matches(one)).isTrue();
        assertThat(variant.matches(other)).isEqualTo(Variant.of(response, other).equals(variant));
        assertThat(variant.text().equals(Variant.of(response, other).text())).isEqualTo(variant.matches(other));
    }

    @Property
    void aStructuredStringIsReadAsItWasWritten(@ForAll("printable") String text) {
        String written = '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';

        assertThat(StructuredFields.list(written)).containsExactly(new StructuredFields.StringItem(text));
    }

    @Provide
    Arbitrary<String> printable() {
        return Arbitraries.strings().withCharRange(' ', '~').ofMaxLength(20);
    }

    private static StoredResponse stored(Headers headers, Headers asked) {
        return new StoredResponse(
                new ResponseHead(200, headers, NOW, NOW),
                Variant.of(Headers.empty(), asked),
                StoredBody.complete("0123456789".getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                new Position("log", 0),
                new PurgeSubject(List.of("shop.example"), "/a", null, Set.of()));
    }
}
