package io.tidemark.gateway;

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
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.util.ClassUtils;

/** Every property: empty, of the wrong type, negative, huge. It starts as documented, or the message names the property. */
class ConfigurationWalkTest {
    private static List<Class<?>> features() {
        var scan = new ClassPathScanningCandidateComponentProvider(false);
        scan.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
        return Stream.of("io.tidemark.gateway", "io.tidemark.commons")
                .flatMap(root -> scan.findCandidateComponents(root).stream())
                .<Class<?>>map(found -> ClassUtils.resolveClassName(String.valueOf(found.getBeanClassName()), null))
                .toList();
    }

    private static String prefix(Class<?> feature) {
        ConfigurationProperties annotation = feature.getAnnotation(ConfigurationProperties.class);
        return annotation.prefix().isEmpty() ? annotation.value() : annotation.prefix();
    }

    private static List<String> properties(String prefix, Class<?> type) {
        List<String> found = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            String name = prefix
                    + '.'
                    + component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
            if (component.getType().isRecord()) {
                found.addAll(properties(name, component.getType()));
            } else if (!Map.class.isAssignableFrom(component.getType())) {
                found.add(name);
            }
        }
        return found;
    }

    @Test
    void thereAreSome() {
        assertThat(features()).hasSizeGreaterThan(10).allMatch(Class::isRecord);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "-1", "-1s", "-5MB", "0", "99999999999999999999", "1e400", "9999999999d"})
    void aValueIsTakenOrItsPropertyNamed(String value) {
        for (Class<?> feature : features()) {
            for (String property : properties(prefix(feature), feature)) {
                Throwable failure =
                        catchThrowable(() -> new Binder(new MapConfigurationPropertySource(Map.of(property, value)))
                                .bindOrCreate(prefix(feature), Bindable.of(feature)));
                StringBuilder said = new StringBuilder();
                for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                    said.append(cause.getMessage()).append('\n');
                }
                assertThat(failure == null
                                || said.toString().contains(property.substring(property.lastIndexOf('.') + 1)))
                        .as("%s=%s: %s", property, value, said)
                        .isTrue();
            }
        }
    }
}
