package io.tidemark.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.autoconfigure.ssl.SslProperties;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** What the manifests call a property is one: a name with a slip of the pen would be passed over by Boot without a word. */
class PropertyNamesTest {
    private static final String OVERLAYS = "io.tidemark.k8s.Manifests#overlays";
    private static final Pattern VARIABLE = Pattern.compile("\\bTIDEMARK_[A-Z0-9_<>]+[A-Z0-9>]");

    /** Read by {@code docker/start}, not by a service. */
    private static final Set<String> OF_THE_IMAGE = Set.of("TIDEMARK_MEMORY_LIMIT");

    private static final List<String> SERVICES =
            List.of("gateway-service", "invalidation-service", "write-queue-service", "origin-stub");

    private static KnownProperties of(String service) {
        return new KnownProperties(
                service.startsWith("gateway")
                        ? Set.of(service, "State at the edge, in gateways", "In all services")
                        : Set.of(service, "In all services"));
    }

    private static Map<String, JsonNode> configMaps(List<ObjectNode> objects) {
        return objects.stream()
                .filter(object -> object.path("kind").asText().equals("ConfigMap"))
                .collect(Collectors.toMap(map -> map.at("/metadata/name").asText(), Function.identity()));
    }

    private static Map<String, String> environment(JsonNode container, Map<String, JsonNode> configMaps) {
        Map<String, String> environment = new TreeMap<>();
        for (JsonNode from : container.path("envFrom")) {
            JsonNode map = configMaps.get(from.at("/configMapRef/name").asText());
            if (map != null) {
                map.path("data")
                        .properties()
                        .forEach(e -> environment.put(e.getKey(), e.getValue().asText()));
            }
        }
        container
                .path("env")
                .forEach(e ->
                        environment.put(e.path("name").asText(), e.path("value").asText()));
        return environment;
    }

    @ParameterizedTest
    @MethodSource(OVERLAYS)
    void everyVariableIsAPropertyOfItsService(Path overlay) throws Exception {
        List<ObjectNode> objects = Kustomization.render(overlay);
        Map<String, JsonNode> configMaps = configMaps(objects);
        JsonNode shared =
                Objects.requireNonNull(configMaps.get("tidemark-region")).path("data");
        for (JsonNode object : objects) {
            for (JsonNode container : object.at("/spec/template/spec/containers")) {
                KnownProperties known = of(container.path("name").asText());
                Map<String, String> environment = environment(container, configMaps);
                assertThat(environment).containsKeys("TIDEMARK_REGION", "MANAGEMENT_SERVER_PORT");
                assertThat(environment.keySet())
                        .filteredOn(name -> !known.hasVariable(name))
                        .as("%s has no such property, but another service has", container.path("name"))
                        .allMatch(name -> shared.has(name)
                                && SERVICES.stream()
                                        .anyMatch(service -> of(service).hasVariable(name)));
                Map<String, Object> bundles = new TreeMap<>(environment);
                bundles.keySet().removeIf(name -> !name.startsWith("SPRING_SSL_"));
                new Binder(Objects.requireNonNull(ConfigurationPropertySource.from(
                                new SystemEnvironmentPropertySource("systemEnvironment", bundles))))
                        .bindOrCreate(
                                "spring.ssl",
                                Bindable.of(SslProperties.class),
                                new NoUnboundElementsBindHandler(BindHandler.DEFAULT));
            }
        }
    }

    @ParameterizedTest
    @MethodSource(OVERLAYS)
    void everyPropertyInAFileIsOneOfItsService(Path overlay) throws Exception {
        for (var map : configMaps(Kustomization.render(overlay)).entrySet()) {
            JsonNode file = map.getValue().path("data").path("application.yml");
            if (file.isTextual()) {
                List<String> names = new ArrayList<>();
                flatten("", Kustomization.documents(file.asText()).getFirst(), names);
                names.removeIf(name -> !name.startsWith("tidemark."));
                KnownProperties known = of(map.getKey().replace("-config", ""));
                assertThat(names).isNotEmpty().allMatch(known::has);
            }
        }
    }

    private static void flatten(String name, JsonNode node, List<String> names) {
        if (node.isObject()) {
            node.properties()
                    .forEach(e -> flatten(name.isEmpty() ? e.getKey() : name + '.' + e.getKey(), e.getValue(), names));
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                flatten(name + '[' + i + ']', node.get(i), names);
            }
        } else {
            names.add(name);
        }
    }

    /** Those in comments and on the page for operators, too: they are what Secrets hold. */
    @Test
    void everyVariableThatIsWrittenAboutIsAProperty() throws Exception {
        List<KnownProperties> services =
                SERVICES.stream().map(PropertyNamesTest::of).toList();
        Set<String> unknown = new TreeSet<>();
        try (Stream<Path> files = Stream.concat(
                Stream.of(Path.of("..", "docs", "operations.md")),
                Stream.of("base", "components", "overlays").flatMap(PropertyNamesTest::files))) {
            for (Path file : files.toList()) {
                Matcher named = VARIABLE.matcher(Files.readString(file));
                while (named.find()) {
                    String variable = named.group().replaceAll("<[A-Z]+>", "X");
                    if (!OF_THE_IMAGE.contains(variable)
                            && services.stream().noneMatch(service -> service.hasVariable(variable))) {
                        unknown.add(file + ": " + named.group());
                    }
                }
            }
        }
        assertThat(unknown).isEmpty();
    }

    private static Stream<Path> files(String folder) {
        try (Stream<Path> files = Files.walk(Path.of(folder))) {
            return files.filter(Files::isRegularFile).toList().stream();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Test
    void aSlipOfThePenIsSeen() throws Exception {
        KnownProperties gateway = of("gateway-service");
        assertThat(List.of("TIDEMARK_REGION", "TIDEMARK_STATE_HOMES_EU", "TIDEMARK_FORWARDED_TRUSTED_0", "SERVER_PORT"))
                .allMatch(gateway::hasVariable);
        assertThat(List.of(
                        "TIDEMARK_REGOIN",
                        "TIDEMARK_STATE_HOME_EU",
                        "TIDEMARK_WRITES_0",
                        "TIDEMARK_STATE_DATA__KEYS_0"))
                .noneMatch(gateway::hasVariable);
        assertThat(gateway.has("tidemark.policies.catalog.default-ttl")).isTrue();
        assertThat(gateway.has("tidemark.policies.catalog.defualt-ttl")).isFalse();
    }
}
