package io.tidemark.local.suite.siege;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidemark.local.suite.launcher.LauncherOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The siege is of what the images would be. */
class ComposeMemoryTest {
    @TempDir
    private Path path;

    @ParameterizedTest
    @ValueSource(
            strings = {"gateway-eu-1", "gateway-us-1", "invalidation-service", "write-queue-service", "origin-stub"})
    void isWhatTheImageStartsWith(String service) throws Exception {
        assumeTrue(Files.isReadable(Path.of("/proc/meminfo")) && Files.isExecutable(Path.of("/bin/bash")), "no Linux");
        Path root = Path.of("..", "..").toAbsolutePath().normalize();
        LauncherOptions options = new LauncherOptions(root, Path.of("target"), path);
        Path java = Files.writeString(path.resolve("java"), "#!/bin/bash\nprintf '%s\\n' \"$@\"\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        ProcessBuilder start =
                new ProcessBuilder("/bin/bash", root.resolve("docker/start").toString());
        start.environment().put("PATH", path + ":" + System.getenv("PATH"));
        start.environment().put("TIDEMARK_MEMORY_LIMIT", Long.toString(ComposeMemory.limit(options, service)));
        start.environment().put("JAVA_TOOL_OPTIONS", "");
        start.environment().remove("JDK_JAVA_OPTIONS");
        Process process = start.redirectErrorStream(true).start();
        List<String> told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();

        assertThat(ComposeMemory.options(options, service)).containsAll(told.subList(0, 2));
        assertThat(told).contains("-XX:+UseSerialGC");
    }
}
