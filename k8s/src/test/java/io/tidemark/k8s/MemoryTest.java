package io.tidemark.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code docker/start} gives the JVM of what a container may use: heap, buffers and all else fit into it. */
class MemoryTest {
    private static final long MIB = 1 << 20;

    /** Classes, code, threads and the collector's own: 156 MiB were measured of a gateway. */
    private static final long ALL_ELSE = 160 * MIB;

    @TempDir
    private static Path path;

    @BeforeAll
    static void aJavaThatSaysHowItWasCalled() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "no bash");
        Path java = Files.writeString(path.resolve("java"), "#!/bin/bash\nprintf '%s\\n' \"$@\"\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
    }

    private static List<String> started(long limit, String options) throws Exception {
        ProcessBuilder start = new ProcessBuilder("/bin/bash", "../docker/start", "--an=argument");
        start.environment().put("PATH", path + ":" + System.getenv("PATH"));
        start.environment().put("TIDEMARK_MEMORY_LIMIT", Long.toString(limit));
        start.environment().put("JAVA_TOOL_OPTIONS", options);
        start.environment().remove("JDK_JAVA_OPTIONS");
        Process process = start.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return Arrays.asList(output.split("\n"));
    }

    /** The bytes of an option in KiB, as {@code -Xmx300k}. */
    private static long bytes(List<String> arguments, String option) {
        String value = arguments.stream()
                .filter(argument -> argument.startsWith(option))
                .findFirst()
                .orElseThrow(() -> new AssertionError(option + " is not among " + arguments));
        assertThat(value).endsWith("k");
        return Long.parseLong(value.substring(option.length(), value.length() - 1)) * 1024;
    }

    /** Of the services in the manifests and in the compose file. */
    private static Map<String, Long> limits() throws IOException {
        Map<String, Long> limits = new LinkedHashMap<>();
        for (JsonNode object : Kustomization.render(Path.of("overlays", "eu"))) {
            for (JsonNode container : object.at("/spec/template/spec/containers")) {
                limits.put(
                        "k8s " + container.path("name").asText(),
                        Quantity.getAmountInBytes(Quantity.parse(
                                        container.at("/resources/limits/memory").asText()))
                                .longValueExact());
            }
        }
        JsonNode compose = Kustomization.documents(Files.readString(Path.of("..", "docker-compose.yml")))
                .getFirst();
        compose.path("services").properties().forEach(service -> {
            String limit = service.getValue().path("mem_limit").asText();
            if (service.getValue().path("image").asText().startsWith("tidemark/")) {
                assertThat(limit).as(service.getKey()).endsWith("m");
                limits.put("compose " + service.getKey(), Long.parseLong(limit.substring(0, limit.length() - 1)) * MIB);
            }
        });
        return limits;
    }

    @Test
    void heapBuffersAndAllElseFitIntoEachContainer() throws Exception {
        Map<String, Long> limits = limits();
        assertThat(limits).hasSizeGreaterThanOrEqualTo(8);
        for (Map.Entry<String, Long> limit : limits.entrySet()) {
            List<String> arguments = started(limit.getValue(), "-XX:+UseCompactObjectHeaders");
            long heap = bytes(arguments, "-Xmx");
            long buffers = bytes(arguments, "-XX:MaxDirectMemorySize=");
            assertThat(heap + buffers + ALL_ELSE).as(limit.getKey()).isLessThanOrEqualTo(limit.getValue());
            assertThat(heap).as(limit.getKey()).isGreaterThan(limit.getValue() * 45 / 100);
            assertThat(buffers).as(limit.getKey()).isGreaterThan(24 * MIB);
        }
    }

    /** What sizes are reckoned from is what the image does. */
    @Test
    void theReckonedHeapIsTheOneThatIsGiven() throws Exception {
        for (long limit : List.of(256 * MIB, 384 * MIB, 768 * MIB, 2048 * MIB)) {
            List<String> arguments = started(limit, "");
            assertThat(bytes(arguments, "-Xmx"))
                    .isCloseTo(ContainerMemory.of(limit).heap(), within(1024L));
            assertThat(bytes(arguments, "-XX:MaxDirectMemorySize="))
                    .isCloseTo(ContainerMemory.of(limit).buffers(), within(1024L));
        }
    }

    @Test
    void theCollectorFitsTheHeap() throws Exception {
        assertThat(started(512 * MIB, "")).contains("-XX:+UseSerialGC").endsWith("application.jar", "--an=argument");
        assertThat(started(1024 * MIB, "")).contains("-XX:+UseG1GC").doesNotContain("-XX:+UseSerialGC");
    }

    @Test
    void whatIsSaidAlreadyIsLeftAlone() throws Exception {
        assertThat(started(512 * MIB, "-Xmx100m -XX:MaxDirectMemorySize=50m -XX:+UseZGC"))
                .noneMatch(argument -> argument.startsWith("-X") && !argument.startsWith("-XX:AOTCache"));
        assertThat(started(512 * MIB, "-XX:MaxRAMPercentage=40")).noneMatch(argument -> argument.startsWith("-Xmx"));
    }
}
