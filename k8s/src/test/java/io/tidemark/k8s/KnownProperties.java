package io.tidemark.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The properties that a service has: Tidemark's by {@code docs/properties.md}, which a test of its own holds against the code,
 * Spring Boot's by the metadata in its jars.
 */
final class KnownProperties {
    private static final Pattern ROW = Pattern.compile("\\| `([^`]+)` \\| ([^|]*) \\|.*");
    private static final Pattern PLURAL = Pattern.compile(".*\\b(List|Set)\\b.*");

    private record Property(String name, String type) {
        boolean hasName(Pattern ending, String asked) {
            StringBuilder pattern = new StringBuilder();
            for (String part : name.split("<name>", -1)) {
                pattern.append(pattern.isEmpty() ? "" : "(\\[[^]]+]|[^.\\[]+)").append(Pattern.quote(part));
            }
            return Pattern.matches(pattern + ending.pattern(), asked);
        }
    }

    private static final Pattern ONE = Pattern.compile("");
    private static final Pattern ITEMS = Pattern.compile("(\\[\\d+])?");
    private static final Pattern NAMES = Pattern.compile("([.\\[].+)?");
    private static final List<Property> BOOTS = boots();
    private static final List<String> PAGE = page();

    private final List<Property> all = new ArrayList<>(BOOTS);

    /** @param sections of the page: the service, and the modules that it is made of */
    KnownProperties(Set<String> sections) {
        String section = "";
        for (String line : PAGE) {
            var row = ROW.matcher(line);
            if (line.startsWith("## ")) {
                section = line.substring(3);
            } else if (sections.contains(section) && row.matches()) {
                all.add(new Property(row.group(1), row.group(2)));
            }
        }
    }

    private static List<String> page() {
        try {
            return Files.readAllLines(Path.of("..", "docs", "properties.md"));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Whether a property in a file is one that there is, as {@code tidemark.writes.types.[product.update].origin}. */
    boolean has(String property) {
        String plain = property.replaceAll("\\.\\[([^]]+[^]\\d][^]]*)]", ".[$1]");
        return all.stream().anyMatch(each -> each.hasName(ending(each), plain));
    }

    /**
     * Whether Boot takes a variable of the environment for a property that there is: dots are underlines, dashes nothing or
     * underlines too.
     */
    boolean hasVariable(String variable) {
        return all.stream()
                .anyMatch(each -> isVariable(each, each.name().replace("-", ""), variable)
                        || isVariable(each, each.name().replace('-', '_'), variable));
    }

    private static boolean isVariable(Property property, String name, String variable) {
        Pattern ending = ending(property);
        String rest = ending == ITEMS ? "(_\\d+)?" : ending == NAMES ? "_[A-Z0-9_]+" : "";
        String whole = name.replace('.', '_').toUpperCase(Locale.ROOT).replace("<NAME>", "[A-Z0-9]+");
        return Pattern.matches(whole + rest, variable);
    }

    private static Pattern ending(Property property) {
        return property.type().contains("Map")
                ? NAMES
                : PLURAL.matcher(property.type()).matches() ? ITEMS : ONE;
    }

    private static List<Property> boots() {
        List<Property> boots = new ArrayList<>();
        try {
            for (URL metadata : Collections.list(KnownProperties.class
                    .getClassLoader()
                    .getResources("META-INF/spring-configuration-metadata.json"))) {
                try (InputStream content = metadata.openStream()) {
                    for (JsonNode each : new ObjectMapper().readTree(content).path("properties")) {
                        boots.add(new Property(
                                each.path("name").asText(), each.path("type").asText()));
                    }
                }
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return boots;
    }
}
