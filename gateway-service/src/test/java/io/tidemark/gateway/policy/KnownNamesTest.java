package io.tidemark.gateway.policy;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.env.MockEnvironment;

class KnownNamesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "tidemark.policies.catalog.stale-while-revalidat",
                "tidemark.policies.catalog.key.clams",
                "tidemark.store.local-sice",
                "tidemark.origins.max-conections",
                "tidemark.read-after.wate"
            })
    void aMisspeltNameIsRefusedAndNamed(String name) {
        assertThatThrownBy(() -> new KnownNames(new MockEnvironment().withProperty(name, "1")))
                .rootCause()
                .hasMessageContaining(name.substring(name.lastIndexOf('.') + 1));
    }

    @Test
    void whatIsKnownIsTaken() {
        var environment = new MockEnvironment()
                .withProperty("tidemark.policies.catalog.stale-while-revalidate", "5m")
                .withProperty("tidemark.origins.max-connections", "5")
                .withProperty("tidemark.origins.ssl-bundle", "origins")
                .withProperty("tidemark.redis.cluster", "true")
                .withProperty("tidemark.colo", "eu-1");
        assertThatCode(() -> new KnownNames(environment)).doesNotThrowAnyException();
    }
}
