package io.tidemark.gateway.cache;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@link EngineFuzz} by Jazzer: ten seconds of inputs that are led by what they reach in the engine and in the record codec.
 * In a process of its own, as Jazzer instruments what it runs. {@code -Dfuzz.seconds=600} lets it look for longer.
 */
class EngineFuzzTest {
    private static final int SECONDS = Integer.getInteger("fuzz.seconds", 10);

    @TempDir
    Path folder;

    @Test
    void noBytesBringOutAnExceptionThatIsNotDeclared() throws Exception {
        assumeTrue(hasJazzerANativePart(), "Jazzer has no native part for this machine");
        Path corpus = Files.createDirectory(folder.resolve("corpus"));
        for (int i = 0; i < EngineFuzzProperties.SEEDS.size(); i++) {
            Files.write(
                    corpus.resolve("seed-" + i),
                    EngineFuzzProperties.SEEDS.get(i).getBytes(ISO_8859_1));
        }
        Path output = folder.resolve("output");

        Process jazzer = new ProcessBuilder(command(corpus))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = jazzer.waitFor(SECONDS + 120L, TimeUnit.SECONDS);
        if (!ended) {
            jazzer.destroyForcibly();
        }

        String said = Files.readString(output);
        assertThat(ended).as(said).isTrue();
        assertThat(jazzer.exitValue()).as(said).isZero();
        assertThat(said).as("it ran").containsPattern("Done [0-9]+ runs");
    }

    private List<String> command(Path corpus) throws IOException {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:+EnableDynamicAgentLoading",
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + EngineFuzz.class.getName(),
                "--instrumentation_includes=io.tidemark.gateway.**",
                "--custom_hook_includes=io.tidemark.gateway.**",
                "--reproducer_path=" + folder,
                "-artifact_prefix=" + folder + "/",
                "-dict=" + dictionary(),
                "-max_total_time=" + SECONDS,
                "-max_len=2000",
                corpus.toString());
    }

    /** The words in libFuzzer's own form. */
    private Path dictionary() throws IOException {
        StringBuilder words = new StringBuilder();
        for (String word : EngineFuzzProperties.WORDS) {
            words.append('"');
            for (byte octet : word.getBytes(ISO_8859_1)) {
                words.append(String.format(Locale.ROOT, "\\x%02x", octet));
            }
            words.append("\"\n");
        }
        return Files.writeString(folder.resolve("words"), words);
    }

    private static boolean hasJazzerANativePart() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        return system.startsWith("mac")
                || (system.startsWith("linux") && System.getProperty("os.arch").equals("amd64"));
    }
}
