package io.tidemark.writequeue.types;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.tidemark.commons.templates.Template.Syntax;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.core.io.Resource;
import org.springframework.stereotype.Component;

/** The configured write types by name. A mistake in their configuration ends the start with a message that names it. */
@Component
@EnableConfigurationProperties(WriteTypesProperties.class)
public final class WriteTypes {
    private final Map<String, WriteType> byName = new LinkedHashMap<>();

    public WriteTypes(WriteTypesProperties properties) {
        SchemaRegistry schemas = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
        properties.types().forEach((name, type) -> {
            String property = "tidemark.writes.types." + name;
            if (!properties.origins().containsKey(type.origin())) {
                throw new IllegalArgumentException("tidemark.writes.types." + name + ".origin is \"" + type.origin()
                        + "\", but tidemark.writes.origins has "
                        + properties.origins().keySet());
            }
            byName.put(
                    name,
                    new WriteType(
                            name,
                            type.origin(),
                            type.method(),
                            WriteType.template(property + ".path", type.path(), Syntax.URL),
                            WriteType.template(property + ".ordering-key", type.orderingKey(), Syntax.TEXT),
                            type.purges().stream()
                                    .map(target -> WriteType.targetTemplate(name, target))
                                    .toList(),
                            schema(schemas, name, type.schema()),
                            type.maxBody().toBytes(),
                            type.maxDepth(),
                            type.whenOriginDown(),
                            type.onDeadLetter()));
        });
    }

    public Optional<WriteType> named(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    public Collection<WriteType> all() {
        return byName.values();
    }

    private static @Nullable Schema schema(SchemaRegistry schemas, String type, @Nullable Resource resource) {
        if (resource == null) {
            return null;
        }
        try (InputStream json = resource.getInputStream()) {
            return schemas.getSchema(json);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(
                    "tidemark.writes.types." + type + ".schema cannot be read: " + resource, unreadable);
        }
    }
}
