package io.tidemark.writequeue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

/** Every property: empty, of the wrong type, negative, huge, unknown. It starts as documented, or the message names the property. */
class ConfigurationWalkTest {
    private static final List<String> FEATURES = List.of(
            "clients.AcceptanceProperties",
            "acceptance.LimitsProperties",
            "delivery.DeliveryProperties",
            "log.LogProperties",
            "status.StatusProperties",
            "status.QuotaProperties");

    private static Class<?> feature(String name) throws ClassNotFoundException {
        return Class.forName("io.tidemark.writequeue." + name);
    }

    private static String prefix(Class<?> feature) {
        return feature.getAnnotation(ConfigurationProperties.class).prefix();
    }

    private static Stream<String> properties(String prefix, Class<?> type) {
        List<String> found = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            String name = prefix
                    + '.'
                    + component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
            if (component.getType().isRecord()) {
                found.addAll(properties(name, component.getType()).toList());
            } else {
                found.add(name);
            }
        }
        return found.stream();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "-1", "-1s", "-5MB", "0", "99999999999999999999", "1e400", "9999999999d"})
    void aValueIsTakenOrItsPropertyNamed(String value) throws Exception {
        for (String name : FEATURES) {
            Class<?> feature = feature(name);
            for (String property : properties(prefix(feature), feature).toList()) {
                Throwable failure =
                        catchThrowable(() -> new Binder(new MapConfigurationPropertySource(Map.of(property, value)))
                                .bindOrCreate(prefix(feature), Bindable.of(feature)));
                String said = "";
                for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                    said += cause.getMessage() + '\n';
                }
                String last = property.substring(property.lastIndexOf('.') + 1);
                assertThat(failure == null || said.contains(last))
                        .as(property + "=" + value + ": " + said)
                        .isTrue();
            }
        }
    }

    @Test
    void aPropertyThatThereIsNotIsNamed() throws Exception {
        for (String name : FEATURES) {
            if (name.startsWith("delivery.")) {
                continue; // of its package only
            }
            Class<?> feature = feature(name);
            new ApplicationContextRunner()
                    .withPropertyValues(prefix(feature) + ".no-such=1")
                    .withUserConfiguration(All.class)
                    .run(context -> assertThat(context.getStartupFailure())
                            .as(name)
                            .rootCause()
                            .hasMessageContaining("no-such"));
        }
    }

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
