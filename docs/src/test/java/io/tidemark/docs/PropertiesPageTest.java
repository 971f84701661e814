package io.tidemark.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.FileSystemResource;

/** All properties of the services, as the page shows them: from the metadata that Boot's processor makes of their Javadoc. */
class PropertiesPageTest {
    private static final List<String> MODULES = List.of(
            "gateway-service", "invalidation-service", "write-queue-service", "edge-state", "commons", "origin-stub");
    private static final Pattern OURS = Pattern.compile("(tidemark|stub)\\..*");
    private static final Pattern NAMED = Pattern.compile("java\\.util\\.Map<java\\.lang\\.String,(.+)>");
    private static final String METADATA = "target/classes/META-INF/spring-configuration-metadata.json";

    private record Property(String name, String type, String standard, String meaning) {}

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gateway-service",
                "invalidation-service",
                "write-queue-service",
                "edge-state",
                "commons",
                "origin-stub"
            })
    void areOnThePage(String module) throws IOException {
        StringBuilder table = new StringBuilder("| property | type | default | meaning |\n|---|---|---|---|\n");
        properties(module)
                .values()
                .forEach(property -> table.append("| `")
                        .append(property.name())
                        .append("` | ")
                        .append(property.type())
                        .append(" | ")
                        .append(property.standard())
                        .append(" | ")
                        .append(property.meaning())
                        .append(" |\n"));
        Pages.assertHolds("docs/properties.md", module, table.toString());
    }

    @Test
    void haveAMeaningEach() throws IOException {
        List<String> without = new ArrayList<>();
        for (String module : MODULES) {
            properties(module).values().stream()
                    .filter(property -> property.meaning().isBlank())
                    .forEach(property -> without.add(property.name()));
        }
        assertThat(without).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gateway-service", "invalidation-service", "write-queue-service", "origin-stub"})
    void thatAreConfiguredAreKnown(String module) throws IOException {
        List<Pattern> known = new ArrayList<>();
        for (String each : MODULES) {
            for (Property property : properties(each).values()) {
                String name = Pattern.quote(property.name()).replace("<name>", "\\E[^.]+\\Q");
                known.add(Pattern.compile(name.replace("\\Q\\E", "")
                        + (property.type().matches(".*(Map|List|Set).*") ? "([.\\[].*)?" : "")));
            }
        }
        Path resources = Pages.ROOT.resolve(module).resolve("src/main/resources");
        List<String> unknown = new ArrayList<>();
        try (var files = Files.list(resources)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".yml")).toList()) {
                for (PropertySource<?> source :
                        new YamlPropertySourceLoader().load("file", new FileSystemResource(file))) {
                    for (String name : ((EnumerablePropertySource<?>) source).getPropertyNames()) {
                        String plain = name.replaceAll("\\.?\\[[a-z.]*[a-z]+[a-z.]*]", ".x") // [product.update]
                                .replaceAll(
                                        "^(tidemark\\.policies\\.\\w+)$", "$1.heuristic"); // a policy of defaults alone
                        if (OURS.matcher(name).matches()
                                && known.stream()
                                        .noneMatch(each -> each.matcher(plain).matches())) {
                            unknown.add(name);
                        }
                    }
                }
            }
        }
        assertThat(unknown).isEmpty();
    }

    private static Map<String, Property> properties(String module) throws IOException {
        Map<String, Property> all = new TreeMap<>();
        Path metadata = Pages.ROOT.resolve(module).resolve(METADATA);
        assertThat(metadata).as("%s was compiled", module).exists();
        for (Map<String, Object> each : read(metadata)) {
            add(all, "", each);
        }
        all.keySet().removeIf(name -> !OURS.matcher(name).matches());
        return all;
    }

    private static List<Map<String, Object>> read(Path metadata) throws IOException {
        return JsonPath.parse(Files.readString(metadata)).read("$.properties");
    }

    /** What has properties of its own, by name or alone, is shown by those. */
    private static void add(Map<String, Property> all, String prefix, Map<String, Object> each) throws IOException {
        String name = prefix + each.get("name");
        String type = String.valueOf(each.get("type"));
        Matcher named = NAMED.matcher(type);
        String item = named.matches() ? named.group(1) : type;
        for (String module : MODULES) {
            Path source = Pages.ROOT
                    .resolve(module)
                    .resolve("target/classes/META-INF/spring/configuration-metadata/" + item + ".json");
            if (Files.exists(source)) {
                for (Map<String, Object> member : read(source)) {
                    add(all, name + (named.matches() ? ".<name>." : "."), member);
                }
                return;
            }
        }
        all.put(
                name,
                new Property(
                        name,
                        brief(type),
                        standard(each.get("defaultValue")),
                        meaning(String.valueOf(each.getOrDefault("description", "")))));
    }

    private static String brief(String type) {
        return type.replaceAll("[a-z]\\w*\\.|\\w+\\$", "").replace(",", ", ").replaceAll("<(.*)>", " of $1");
    }

    private static String standard(@Nullable Object value) {
        if (value == null) {
            return "";
        }
        return '`'
                + (value instanceof List<?> list
                        ? list.stream().map(String::valueOf).collect(Collectors.joining(", "))
                        : String.valueOf(value))
                + '`';
    }

    private static String meaning(String description) {
        return description
                .replaceAll("\\{@\\w+ ([^}]*)}", "`$1`")
                .replaceAll("\\s+", " ")
                .replace("|", "\\|")
                .strip();
    }

    /** That no property is shown twice where two services have it: each shows its own. */
    @Test
    void ofSharedModulesAreThereOnce() throws IOException {
        Set<String> shared = properties("commons").keySet();
        for (String module : List.of("gateway-service", "invalidation-service", "origin-stub")) {
            assertThat(properties(module).keySet()).doesNotContainAnyElementsOf(shared);
        }
    }
}
