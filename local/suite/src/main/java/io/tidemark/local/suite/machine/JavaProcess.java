package io.tidemark.local.suite.machine;

import io.tidemark.local.backends.ChildProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A JVM that can be killed and started again on its port. Thread-safe. */
public final class JavaProcess implements AutoCloseable {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();

    /** For processes that live for seconds. */
    public static final List<String> QUICK_START = List.of("-XX:TieredStopAtLevel=1", "-XX:-UsePerfData");

    private final String name;
    private final URI up;
    private final List<String> command;
    private final Path log;
    private @Nullable ChildProcess process;

    /**
     * A process that is not started yet.
     *
     * @param up answers below 300 when it is up
     * @param options of the JVM
     * @param arguments the jar or the class, and what it is told
     */
    public JavaProcess(String name, String up, List<String> options, List<String> arguments, Path folder) {
        this.name = name;
        this.up = URI.create(up);
        this.log = folder.resolve(name + ".log");
        this.command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx192m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(options);
        command.addAll(arguments);
    }

    public synchronized void start() {
        process = ChildProcess.start(name, command, Map.of(), log);
    }

    /** SIGKILL, and a start right after it. */
    public synchronized void killAndStart() {
        close();
        start();
    }

    /** The process id; 0 before the start. */
    public synchronized long pid() {
        return process == null ? 0 : process.pid();
    }

    public void awaitUp() throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofMinutes(3).toNanos();
        while (!isUp()) {
            if (System.nanoTime() > deadline) {
                throw new PartFailedException(name + " does not come up; its log: " + log);
            }
            Thread.sleep(Duration.ofMillis(100));
        }
    }

    private boolean isUp() throws InterruptedException {
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(up).timeout(Duration.ofSeconds(2)).build();
            return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() < 300;
        } catch (IOException down) {
            return false;
        }
    }

    @Override
    public synchronized void close() {
        if (process != null) {
            process.kill();
        }
    }
}
