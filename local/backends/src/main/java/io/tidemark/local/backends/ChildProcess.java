package io.tidemark.local.backends;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A process that ends with this JVM, SIGKILL of this JVM included, and that Ctrl-C does not reach: whoever started it
 * stops it. Its output goes to a log file. Thread-safe.
 */
public final class ChildProcess {
    /**
     * Held while a process is started, and while an executable is written: a child that begins meanwhile would for a moment hold
     * the file open for writing too, and a file that is open for writing cannot be executed.
     */
    static final ReentrantLock STARTING = new ReentrantLock();

    private final String name;
    private final Process process;
    private final CompletableFuture<Integer> exit;
    private final Path log;

    private ChildProcess(String name, Process process, CompletableFuture<Integer> exit, Path log) {
        this.name = name;
        this.process = process;
        this.exit = exit;
        this.log = log;
    }

    /**
     * Starts a command.
     *
     * @param environment added to this JVM's
     * @param log appended to
     * @throws BackendFailedException if there is no such command
     */
    public static ChildProcess start(String name, List<String> command, Map<String, String> environment, Path log) {
        try {
            Files.createDirectories(log.toAbsolutePath().getParent());
            var builder = new ProcessBuilder(OwnSession.heldCommand(command))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().putAll(environment);
            Process process = start(builder);
            Watchdog.get().watch(process.pid());
            CompletableFuture<Integer> exit = process.onExit().thenApply(ended -> {
                Watchdog.get().forget(ended.pid());
                return ended.exitValue();
            });
            try (OutputStream input = process.getOutputStream()) {
                input.write('\n');
            }
            return new ChildProcess(name, process, exit, log);
        } catch (IOException e) {
            throw new BackendFailedException(name + " could not be started: " + command.getFirst(), e);
        }
    }

    private static Process start(ProcessBuilder builder) throws IOException {
        STARTING.lock();
        try {
            return builder.start();
        } finally {
            STARTING.unlock();
        }
    }

    public String name() {
        return name;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Completes with the exit status when the process has ended. */
    public CompletableFuture<Integer> onExit() {
        return exit;
    }

    /** SIGKILL; returns once the process is gone. */
    public void kill() {
        process.destroyForcibly();
        await(Duration.ofSeconds(10));
    }

    /** SIGTERM, and SIGKILL after the grace time; returns once the process is gone. */
    public void stop(Duration grace) {
        process.destroy();
        if (!await(grace)) {
            kill();
        }
    }

    private boolean await(Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The end of its log. */
    public String lastLogLines(int count) {
        return lastLines(log, count);
    }

    static String lastLines(Path file, int count) {
        try {
            List<String> lines = new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - count), lines.size()));
        } catch (IOException e) {
            return "(no log at " + file + ")";
        }
    }
}
