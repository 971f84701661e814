package io.tidemark.writequeue.types;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.tidemark.commons.json.Members;
import io.tidemark.commons.templates.Template.Syntax;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;
import org.springframework.core.io.Resource;
import org.springframework.stereotype.Component;

/** The configured write types by name. A mistake in their configuration ends the start with a message that names it. */
@Component
@EnableConfigurationProperties(WriteTypesProperties.class)
public final class WriteTypes {
    private static final Bindable<Map<String, Map<String, Object>>> TYPES =
            Bindable.of(ResolvableType.forClassWithGenerics(
                    Map.class,
                    ResolvableType.forClass(String.class),
                    ResolvableType.forClassWithGenerics(Map.class, String.class, Object.class)));

    private final Map<String, WriteType> byName = new LinkedHashMap<>();

    public WriteTypes(WriteTypesProperties properties, Environment environment) {
        refuseUnknown(Binder.get(environment));
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
                            type.onDeadLetter(),
                            type.personal()));
        });
    }

    /** A property that is passed over in silence is a wish that is not heard: a misspelt purge would be none. */
    static void refuseUnknown(Binder binder) {
        Members known = Members.of(
                "a write type",
                Arrays.stream(WriteTypesProperties.Type.class.getRecordComponents())
                        .map(component -> uniform(component.getName()))
                        .toArray(String[]::new));
        binder.bind("tidemark.writes.types", TYPES)
                .orElse(Map.of())
                .forEach((type, members) -> members.keySet().stream()
                        .map(String::valueOf)
                        .filter(name -> !known.names().contains(uniform(name)))
                        .findFirst()
                        .ifPresent(unknown -> {
                            throw new IllegalArgumentException("tidemark.writes.types." + type + '.' + unknown + ": "
                                    + known.refusal(uniform(unknown)));
                        }));
    }

    /** However its words are joined. */
    private static String uniform(Object name) {
        return String.valueOf(name)
                .split("[.\\[]", 2)[0]
                .replace("-", "")
                .replace("_", "")
                .toLowerCase(Locale.ROOT);
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
