package io.tidemark.local.suite.machine;

import io.tidemark.local.backends.ChildProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Scripts for node, in a folder of their own beside what their package.json names, which npm has installed there. */
public final class NodeScripts {
    private static final Duration INSTALL = Duration.ofMinutes(3);
    private static final Duration LOOK = Duration.ofMillis(100);

    private final Path folder;

    private NodeScripts(Path folder) {
        this.folder = folder;
    }

    /** Why there are none: no node or npm here, or npm cannot install. */
    public static final class MissingException extends Exception {
        private static final long serialVersionUID = 1;

        MissingException(String message) {
            super(message);
        }
    }

    /**
     * Copies the scripts and installs what they need, if that is not there already.
     *
     * @param sources with package.json
     * @param more files beside them
     */
    public static NodeScripts install(Path sources, Path folder, List<Path> more)
            throws IOException, InterruptedException, MissingException {
        Files.createDirectories(folder);
        for (String program : List.of("node", "npm")) {
            if (Run.of(folder, List.of(program, "--version"), INSTALL).isEmpty()) {
                throw new MissingException("there is no " + program + " on this machine");
            }
        }
        String wanted = Files.readString(sources.resolve("package.json"));
        Path installed = folder.resolve("installed.json");
        if (!Files.exists(installed) || !Files.readString(installed).equals(wanted)) {
            Files.writeString(folder.resolve("package.json"), wanted);
            List<String> command = List.of("npm", "install", "--no-audit", "--no-fund", "--no-package-lock");
            if (Run.of(folder, command, INSTALL).isEmpty()) {
                throw new MissingException("npm cannot install what the scripts need; its log: " + Run.log(folder));
            }
            Files.writeString(installed, wanted);
        }
        List<Path> files = new ArrayList<>(more);
        try (DirectoryStream<Path> scripts = Files.newDirectoryStream(sources, "*.mjs")) {
            scripts.forEach(files::add);
        }
        for (Path file : files) {
            Files.copy(file, folder.resolve(file.getFileName().toString()), StandardCopyOption.REPLACE_EXISTING);
        }
        return new NodeScripts(folder);
    }

    public Path folder() {
        return folder;
    }

    /** The command that runs a script. */
    public List<String> command(String script, List<String> arguments) {
        List<String> command =
                new ArrayList<>(List.of("node", folder.resolve(script).toString()));
        command.addAll(arguments);
        return command;
    }

    /**
     * Runs a script to its end.
     *
     * @param said is told each line as it comes
     * @return all of them; empty if it failed or took longer than the limit
     */
    public Optional<List<String>> run(
            String script, List<String> arguments, Path log, Duration limit, Consumer<String> said)
            throws IOException, InterruptedException {
        Files.deleteIfExists(log);
        ChildProcess process = ChildProcess.start(script, command(script, arguments), Map.of(), log);
        long end = System.nanoTime() + limit.toNanos();
        int told = 0;
        try {
            while (true) {
                boolean ended = !process.isAlive();
                String text = Files.exists(log) ? Files.readString(log, StandardCharsets.UTF_8) : "";
                List<String> lines =
                        text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
                lines.subList(told, lines.size()).forEach(said);
                told = lines.size();
                if (ended) {
                    return process.onExit().get(1, TimeUnit.MINUTES) == 0 ? Optional.of(lines) : Optional.empty();
                }
                if (System.nanoTime() > end) {
                    return Optional.empty();
                }
                Thread.sleep(LOOK);
            }
        } catch (ExecutionException | TimeoutException impossible) {
            throw new IOException(impossible);
        } finally {
            process.kill();
        }
    }

    /** A command to its end. */
    private static final class Run {
        static Path log(Path folder) {
            return folder.resolve("command.log");
        }

        static Optional<String> of(Path folder, List<String> command, Duration limit)
                throws IOException, InterruptedException {
            try {
                Process process = new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log(folder).toFile())
                        .start();
                if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                    return Optional.empty();
                }
                return process.exitValue() == 0 ? Optional.of(Files.readString(log(folder))) : Optional.empty();
            } catch (IOException notThere) {
                return Optional.empty();
            }
        }
    }
}
