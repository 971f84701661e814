package io.tidemark.local.suite.launcher;

import io.tidemark.local.backends.ChildProcess;
import io.tidemark.local.suite.machine.PartFailedException;
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

/** One of the project's services, a JVM of its own; it answers when its readiness probe says so. */
public final class ServicePart implements Part {
    private static final Duration START_LIMIT = Duration.ofMinutes(4);
    private static final Duration STOP_GRACE = Duration.ofSeconds(10);
    private static final Duration PROBE_PAUSE = Duration.ofMillis(50);
    /** From its port to that of its management. */
    public static final int MANAGEMENT_OFFSET = 1000;

    private static final int LOG_LINES = 15;
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final String name;
    private final String host;
    private final int port;
    private final List<String> command;
    private final Map<String, String> environment;
    private final Path log;
    private volatile @Nullable ChildProcess process;

    /**
     * A service that is not started yet, at 127.0.0.1.
     *
     * @param java the command of the JVM with its options
     * @param settings properties of the service beside its ports
     */
    public ServicePart(String name, int port, List<String> java, Map<String, String> settings, Path logs) {
        this(name, "127.0.0.1", port, java, settings, Map.of(), logs);
    }

    /**
     * The same at any address of this machine's loopback: what is for trying out is for nobody else on the network.
     *
     * @param environment what it finds in its environment beside ours, such as what is not for the eyes of others: a command line is
     */
    public ServicePart(
            String name,
            String host,
            int port,
            List<String> java,
            Map<String, String> settings,
            Map<String, String> environment,
            Path logs) {
        this.name = name;
        this.host = host;
        this.port = port;
        this.environment = environment;
        log = logs.resolve(name + ".log");
        command = new ArrayList<>(java);
        command.add("--server.address=" + host);
        command.add("--server.port=" + port);
        command.add("--management.server.address=" + host);
        command.add("--management.server.port=" + (port + MANAGEMENT_OFFSET));
        settings.forEach((property, value) -> command.add("--" + property + "=" + value));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String address() {
        return "http://" + host + ':' + port;
    }

    @Override
    public int[] ports() {
        return new int[] {port, port + MANAGEMENT_OFFSET};
    }

    @Override
    public void start() {
        ChildProcess started = ChildProcess.start(name, command, environment, log);
        process = started;
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!isReady()) {
            if (!started.isAlive()) {
                throw new PartFailedException(
                        name + " ended while it started; its last lines:\n" + started.lastLogLines(LOG_LINES));
            }
            if (System.nanoTime() > deadline) {
                throw new PartFailedException(name + " did not become ready within " + START_LIMIT.toSeconds()
                        + " s; its last lines:\n" + started.lastLogLines(LOG_LINES));
            }
            try {
                Thread.sleep(PROBE_PAUSE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new PartFailedException("interrupted while " + name + " started", e);
            }
        }
    }

    private boolean isReady() {
        URI readiness = URI.create("http://" + host + ':' + (port + MANAGEMENT_OFFSET) + "/actuator/health/readiness");
        try {
            return HTTP.send(
                                    HttpRequest.newBuilder(readiness)
                                            .timeout(Duration.ofSeconds(2))
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void stop() {
        stop(STOP_GRACE);
    }

    /** SIGTERM, and SIGKILL if it takes longer. */
    public void stop(Duration grace) {
        ChildProcess current = process;
        if (current != null) {
            current.stop(grace);
        }
    }

    @Override
    public boolean isRunning() {
        ChildProcess current = process;
        return current != null && current.isAlive();
    }

    @Override
    public String lastLogLines(int count) {
        ChildProcess current = process;
        return current == null ? "(never started)" : current.lastLogLines(count);
    }

    @Override
    public String process() {
        ChildProcess current = process;
        return current == null ? "none" : "pid " + current.pid();
    }
}
