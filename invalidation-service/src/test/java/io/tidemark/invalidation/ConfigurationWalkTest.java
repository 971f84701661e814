package io.tidemark.invalidation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.local.fixtures.PropertyWalk;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Every property: empty, of the wrong type, negative, huge. It starts as documented, or the message names the property. */
class ConfigurationWalkTest {
    static final List<String> VALUES = PropertyWalk.VALUES;

    private final PropertyWalk walk = new PropertyWalk("io.tidemark.invalidation");

    @Test
    void thereAreSome() {
        assertThat(walk.features()).hasSizeGreaterThan(3).allMatch(Class::isRecord);
    }

    @ParameterizedTest
    @FieldSource("VALUES")
    void aValueIsTakenOrItsPropertyNamed(String value) {
        walk.isTakenOrNamed(value);
    }
}
