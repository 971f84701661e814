package io.tidemark.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Packed fields are the same fields. */
class PackedFieldsProperties {
    @Property
    void packedFieldsSayWhatTheFieldsSay(@ForAll("messages") Headers headers) {
        Headers packed = headers.packed();

        assertThat(packed).isEqualTo(headers).hasSameHashCodeAs(headers);
        assertThat(packed.size()).isEqualTo(headers.size());
        for (String name : headers.names()) {
            assertThat(packed.first(name)).isEqualTo(headers.first(name));
            assertThat(packed.first(name.toUpperCase(java.util.Locale.ROOT))).isEqualTo(headers.first(name));
            assertThat(packed.all(name)).isEqualTo(headers.all(name));
        }
        assertThat(packed.first("X-Absent")).isNull();
        assertThat(packed.toBuilder().add("X-More", "1").build())
                .isEqualTo(headers.toBuilder().add("X-More", "1").build());
    }

    @Example
    void whatDoesNotFitStaysAsItIs() {
        Headers wide = Headers.of("X-Name", "\u20ac");
        Headers longer = Headers.of("X-Name", "v".repeat(0x10000), "n".repeat(0x100), "v");

        assertThat(wide.packed()).isSameAs(wide);
        assertThat(longer.packed()).isSameAs(longer);
    }

    @Example
    void aUsualHeadTakesLittleMoreThanItsValues() {
        Headers usual =
                Headers.of("Date", "Thu, 01 Jan 2026 00:00:00 GMT", "Content-Type", "text/html", "ETag", "\"a\"");

        assertThat(usual.packed().memory()).isEqualTo(29 + 9 + 3 + 3 * 2);
    }

    @Provide
    Arbitrary<Headers> messages() {
        Arbitrary<String> names = Arbitraries.oneOf(
                Arbitraries.of("Date", "ETag", "etag", "Etag", "Cache-Control", "Vary", "x-data-version", "Via"),
                Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(255));
        Arbitrary<String> values =
                Arbitraries.strings().withCharRange(' ', '\u00ff').ofMaxLength(300);
        return Combinators.combine(names, values)
                .as(Headers.Field::new)
                .list()
                .ofMaxSize(20)
                .map(this::headers);
    }

    private Headers headers(List<Headers.Field> fields) {
        Headers.Builder builder = Headers.builder();
        fields.forEach(field -> builder.add(field.name(), field.value()));
        return builder.build();
    }
}
