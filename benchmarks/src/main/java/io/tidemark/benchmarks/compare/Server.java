package io.tidemark.benchmarks.compare;

import io.tidemark.local.backends.ChildProcess;
import io.tidemark.local.backends.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A running server of the comparison, or the origin: a process that listens on a port of 127.0.0.1. */
final class Server implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofMinutes(3);

    private final ChildProcess process;
    private final int port;

    private Server(ChildProcess process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts a command; returns once the port accepts connections. */
    static Server start(String name, int port, List<String> command, Path work) throws InterruptedException {
        Server server = new Server(ChildProcess.start(name, command, Map.of(), work.resolve(name + ".log")), port);
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!Ports.accepts(port)) {
            if (!server.process.isAlive() || System.nanoTime() > deadline) {
                String log = server.process.lastLogLines(15);
                server.close();
                throw new IllegalStateException(name + " did not start; its last lines:\n" + log);
            }
            Thread.sleep(50);
        }
        return server;
    }

    static Path write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    String name() {
        return process.name();
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.stop(Duration.ofSeconds(5));
    }
}
