package io.tidemark.local.suite.torture;

import io.tidemark.local.backends.ChildProcess;
import io.tidemark.local.suite.PartFailedException;
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

/** A process that is killed and started again on its port. Thread-safe. */
final class Victim implements AutoCloseable {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();

    private final String name;
    private final URI up;
    private final List<String> command;
    private final Path log;
    private @Nullable ChildProcess process;

    /**
     * A process that is not started yet.
     *
     * @param up answers below 300 when it is up
     */
    Victim(String name, URI up, List<String> command, Path log) {
        this.name = name;
        this.up = up;
        this.command = command;
        this.log = log;
    }

    String name() {
        return name;
    }

    synchronized void start() {
        process = ChildProcess.start(name, command, Map.of(), log);
    }

    /** SIGKILL, and a start right after it. */
    synchronized void killAndStart() {
        close();
        start();
    }

    void awaitUp(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!isUp()) {
            if (System.nanoTime() > deadline) {
                throw new PartFailedException(
                        name + " is not up within " + patience.toSeconds() + " s; its log: " + log);
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
