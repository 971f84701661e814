package io.tidemark.invalidation.purges;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.invalidation.sources.Sources;
import io.tidemark.invalidation.sources.SourcesProperties;
import io.tidemark.invalidation.webhooks.RefusedException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class ReadersTest {
    private static final String OPERATOR = "operator-token-of-24-chars";
    private static final String CATALOG = "catalog-token-of-24-chars-";

    private final Sources sources = sources(Map.of(
            "tidemark.sources.catalog.secrets[0]",
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "tidemark.sources.catalog.read-tokens[0]",
            CATALOG));
    private final Readers readers = new Readers(new ReadingProperties(false, List.of(OPERATOR)), sources);

    @Test
    void anOperatorSeesEverythingAndASourceItsOwn() {
        assertThat(readers.of("Bearer " + OPERATOR).sees("anybody")).isTrue();
        Reader catalog = readers.of("bearer  " + CATALOG + ' ');
        assertThat(catalog.sees("catalog")).isTrue();
        assertThat(catalog.sees("other")).isFalse();
        assertThatThrownBy(() -> readers.requireOperator("Bearer " + CATALOG))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.problem().getStatus()).isEqualTo(403));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "Bearer",
                "Bearer ",
                "Bearer wrong",
                OPERATOR,
                "Basic " + OPERATOR,
                "Bearer " + OPERATOR + "x",
                "Bearer " + OPERATOR + ", Bearer " + OPERATOR
            })
    void whoeverElseItIsReadsNothing(@Nullable String authorization) {
        assertThatThrownBy(() -> readers.of(authorization)).isInstanceOfSatisfying(RefusedException.class, e -> {
            assertThat(e.problem().getStatus()).isEqualTo(401);
            assertThat(e.headers().getFirst("WWW-Authenticate")).startsWith("Bearer");
        });
    }

    @Test
    void whereReadingIsOpenNobodyIsAsked() {
        Readers open = new Readers(new ReadingProperties(true, List.of()), sources);
        assertThat(open.of(null).sees("anybody")).isTrue();
        open.requireOperator("Bearer wrong");
    }

    @Test
    void aTokenThatCanBeGuessedIsNamedAtTheStart() {
        assertThatThrownBy(() -> new ReadingProperties(false, List.of("short")))
                .hasMessageContaining("tidemark.reading.operator-tokens");
        assertThatThrownBy(() -> sources(Map.of(
                        "tidemark.sources.catalog.secrets[0]",
                        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                        "tidemark.sources.catalog.read-tokens[0]",
                        "")))
                .hasMessageContaining("tidemark.sources.catalog.read-tokens");
    }

    private static Sources sources(Map<String, String> properties) {
        return new Sources(SourcesProperties.of(new Binder(new MapConfigurationPropertySource(properties))), false);
    }
}
