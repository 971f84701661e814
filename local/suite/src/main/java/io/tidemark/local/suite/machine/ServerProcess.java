package io.tidemark.local.suite.machine;

import io.tidemark.local.backends.ChildProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A program that answers at an address, and can be killed and started again. Thread-safe. */
public class ServerProcess implements AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1) // servers of WebSockets take an offered upgrade for one of theirs
            .connectTimeout(Duration.ofSeconds(1))
            .build();

    private final String name;
    private final URI up;
    private final List<String> command;
    private final Map<String, String> environment;
    private final Path log;
    private @Nullable ChildProcess process;

    /**
     * A process that is not started yet.
     *
     * @param up answers below 300 when it is up
     * @param environment added to this JVM's
     * @param folder for its log
     */
    public ServerProcess(String name, String up, List<String> command, Map<String, String> environment, Path folder) {
        this.name = name;
        this.up = URI.create(up);
        this.command = List.copyOf(command);
        this.environment = Map.copyOf(environment);
        this.log = folder.resolve(name + ".log");
    }

    public synchronized void start() {
        process = ChildProcess.start(name, command, environment, log);
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
