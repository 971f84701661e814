package io.tidemark.gateway.documents;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Scripts with real clients, in a folder of their own under target, with what their package.json names. */
final class NodeScripts {
    private static final Path SCRIPTS = Path.of("src/test/node");
    private static final Path FOLDER = Path.of("target/node");
    private static final long MINUTES = 3;

    /** How a script ended, and what it said. */
    record Ended(int code, String said) {}

    private NodeScripts() {}

    /** Runs a script to its end. Without node, or where packages cannot be had, the test is skipped and says so. */
    static Ended run(String script, String... arguments) throws IOException, InterruptedException {
        Files.createDirectories(FOLDER);
        assumeTrue(ended(List.of("node", "--version")).code() == 0, "skipped: there is no node on this machine");
        String wanted = Files.readString(SCRIPTS.resolve("package.json"));
        Path installed = FOLDER.resolve("installed.json");
        if (!Files.exists(installed) || !Files.readString(installed).equals(wanted)) {
            Files.writeString(FOLDER.resolve("package.json"), wanted);
            Ended install = ended(List.of("npm", "install", "--no-audit", "--no-fund", "--no-package-lock"));
            assumeTrue(install.code() == 0, "skipped: the packages of src/test/node cannot be installed");
            Files.writeString(installed, wanted);
        }
        Files.copy(SCRIPTS.resolve(script), FOLDER.resolve(script), StandardCopyOption.REPLACE_EXISTING);
        List<String> command = new ArrayList<>(List.of("node", script));
        command.addAll(List.of(arguments));
        return ended(command);
    }

    private static Ended ended(List<String> command) throws IOException, InterruptedException {
        Path log = FOLDER.resolve("said.log");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(FOLDER.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                return new Ended(-1, Files.readString(log, StandardCharsets.UTF_8));
            }
            return new Ended(process.exitValue(), Files.readString(log, StandardCharsets.UTF_8));
        } catch (IOException notThere) {
            return new Ended(-1, notThere.toString());
        }
    }
}
