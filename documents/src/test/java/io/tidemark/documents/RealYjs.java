package io.tidemark.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Scripts that run with Yjs itself: in a folder of their own under target, with what their package.json names. */
final class RealYjs {
    private static final Path SCRIPTS = Path.of("src/test/node");
    private static final Path FOLDER = Path.of("target/node");
    private static final long MINUTES_TO_INSTALL = 3;

    private RealYjs() {}

    /** Starts a script. Without node, or where packages cannot be had, the test is skipped and says so. */
    static Process start(String script, String... arguments) throws IOException, InterruptedException {
        assumeTrue(runs(List.of("node", "--version"), 1), "skipped: there is no node on this machine");
        Files.createDirectories(FOLDER);
        String wanted = Files.readString(SCRIPTS.resolve("package.json"));
        Path installed = FOLDER.resolve("installed.json");
        if (!Files.exists(installed) || !Files.readString(installed).equals(wanted)) {
            Files.writeString(FOLDER.resolve("package.json"), wanted);
            assumeTrue(
                    runs(List.of("npm", "install", "--no-audit", "--no-fund", "--no-package-lock"), MINUTES_TO_INSTALL),
                    "skipped: the packages of src/test/node cannot be installed");
            Files.writeString(installed, wanted);
        }
        Files.copy(SCRIPTS.resolve(script), FOLDER.resolve(script), StandardCopyOption.REPLACE_EXISTING);
        List<String> command = new ArrayList<>(List.of("node", script));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).directory(FOLDER.toFile()).start();
    }

    private static boolean runs(List<String> command, long minutes) throws IOException, InterruptedException {
        Files.createDirectories(FOLDER);
        try {
            Process process = new ProcessBuilder(command)
                    .directory(FOLDER.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(FOLDER.resolve("install.log").toFile())
                    .start();
            if (!process.waitFor(minutes, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                return false;
            }
            return process.exitValue() == 0;
        } catch (IOException notThere) {
            return false;
        }
    }

    /** Waits for its end, and that it was a good one. */
    static void endedWell(Process process, String said) throws InterruptedException {
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
    }
}
