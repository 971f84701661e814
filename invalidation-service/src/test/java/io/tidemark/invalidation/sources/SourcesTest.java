package io.tidemark.invalidation.sources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class SourcesTest {
    private static final String KNOWN = "whsec_dGlkZW1hcmstbG9jYWwtc3VpdGUtc2VjcmV0IQ==";

    @Test
    void theSecretThatEverybodyKnowsIsForTheLocalSuiteOnly() {
        SourcesProperties properties = bound(Map.of("secrets[0]", KNOWN));
        assertThat(new Sources(properties, true).named("catalog")).isPresent();
        assertThatThrownBy(() -> new Sources(properties, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tidemark.sources.catalog.secrets")
                .hasMessageContaining("openssl rand");
    }

    @ParameterizedTest
    @CsvSource({
        "secrets[0], '', secrets",
        "secrets[0], whsec_short, secrets",
        "rate-limit, 0, rate-limit",
        "rate-limit, -5, rate-limit",
        "pattern-rate, 0, pattern-rate",
        "repurge-after, -1s, repurge-after",
        "read-tokens[0], short, read-tokens",
        "allow.hosts[0], http://shop.example, allow.hosts",
        "events.x.mode, soft, events[x].targets",
        "events.x.targets[0].tug, a, events[x].targets[0]",
        "events.x.targets[0].url, no-slash, events[x].targets[0]",
    })
    void whatIsNotRightIsNamedAtTheStart(String name, String value, String named) {
        assertThatThrownBy(() -> new Sources(bound(Map.of(name, value)), true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(named);
    }

    @ParameterizedTest
    @CsvSource({
        "rate-limt, 5, rate-limt",
        "secret, x, secret",
        "allow.tag, a, allow.tag",
        "events.x.target[0].tag, a, target",
        "rate-limit, many, rate-limit",
        "rate-limit, 99999999999999, rate-limit",
        "repurge-after, soon, repurge-after",
        "scheme, none, scheme",
        "events.x.mode, gentle, mode",
    })
    void whatIsNoPropertyOrNoValueOfOneIsNamedAtTheStart(String name, String value, String named) {
        assertThatThrownBy(() -> bound(Map.of(name, value)))
                .isInstanceOf(BindException.class)
                .satisfies(e -> assertThat(e + " " + e.getCause()).contains(named));
    }

    private static SourcesProperties bound(Map<String, String> properties) {
        Map<String, String> all = new HashMap<>(Map.of("tidemark.sources.catalog.secrets[0]", KNOWN));
        properties.forEach((name, value) -> all.put("tidemark.sources.catalog." + name, value));
        return SourcesProperties.of(new Binder(new MapConfigurationPropertySource(all)));
    }
}
