package io.tidemark.writequeue;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.local.fixtures.PropertyWalk;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

/** Every property: empty, of the wrong type, negative, huge, unknown. It starts as documented, or the message names the property. */
class ConfigurationWalkTest {
    static final List<String> VALUES = PropertyWalk.VALUES;

    private final PropertyWalk walk = new PropertyWalk("io.tidemark.writequeue", "io.tidemark.commons");

    @Test
    void thereAreSome() {
        assertThat(walk.features()).hasSizeGreaterThan(8).allMatch(Class::isRecord);
    }

    @ParameterizedTest
    @FieldSource("VALUES")
    void aValueIsTakenOrItsPropertyNamed(String value) {
        walk.isTakenOrNamed(value);
    }

    @Test
    void aPropertyThatThereIsNotIsNamed() {
        for (Class<?> feature :
                All.class.getAnnotation(EnableConfigurationProperties.class).value()) {
            new ApplicationContextRunner()
                    .withPropertyValues(PropertyWalk.prefix(feature) + ".no-such=1")
                    .withUserConfiguration(All.class)
                    .run(context -> assertThat(context.getStartupFailure())
                            .as(feature.getName())
                            .rootCause()
                            .hasMessageContaining("no-such"));
        }
    }

    /** Those that are not of their package only. */
    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties({
        io.tidemark.writequeue.clients.AcceptanceProperties.class,
        io.tidemark.writequeue.acceptance.LimitsProperties.class,
        io.tidemark.writequeue.log.LogProperties.class,
        io.tidemark.writequeue.status.StatusProperties.class,
        io.tidemark.writequeue.status.QuotaProperties.class
    })
    static class All {}
}
