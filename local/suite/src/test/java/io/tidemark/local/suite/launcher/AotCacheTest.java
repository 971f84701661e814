package io.tidemark.local.suite.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AotCacheTest {
    @TempDir
    Path folder;

    @Test
    void isUsedWhereItWasMade() throws IOException {
        Path jar = folder.resolve("service.jar");
        assertThat(AotCache.use(jar)).containsExactly("-jar", jar.toString());
        Files.writeString(AotCache.of(jar), "");

        assertThat(AotCache.use(jar)).containsExactly("-XX:AOTCache=" + jar + ".aot", "-jar", jar.toString());
    }

    @Test
    void isNotThereWhileANewOneIsMade() throws IOException {
        Path jar = folder.resolve("service.jar");
        Files.writeString(AotCache.of(jar), "");

        assertThat(AotCache.make(jar)).containsExactly("-XX:AOTCacheOutput=" + jar + ".aot", "-jar", jar.toString());
        assertThat(AotCache.of(jar)).doesNotExist();
    }
}
