package io.tidemark.invalidation.sources;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/** The configured sources by name. Immutable. */
@Component
@EnableConfigurationProperties(SourcesProperties.class)
public class Sources {
    private final Map<String, Source> byName = new TreeMap<>();

    Sources(SourcesProperties properties) {
        properties.sources().forEach((name, source) -> byName.put(name, new Source(name, source)));
    }

    public Optional<Source> named(String name) {
        return Optional.ofNullable(byName.get(name));
    }
}
