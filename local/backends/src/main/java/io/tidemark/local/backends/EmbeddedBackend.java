package io.tidemark.local.backends;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A backend that is a child process. */
abstract sealed class EmbeddedBackend implements Backend permits EmbeddedRedis, EmbeddedKafka {
    private static final Duration STOP_GRACE = Duration.ofSeconds(10);

    private final String name;
    private final int port;
    private final boolean temporary;
    final Path data;
    private @Nullable ChildProcess process;

    EmbeddedBackend(BackendOptions options) {
        name = options.name();
        port = options.port() == 0 ? Ports.free() : options.port();
        temporary = options.data() == null;
        if (options.data() != null) {
            data = options.data().toAbsolutePath();
            return;
        }
        try {
            data = Files.createTempDirectory("tidemark-" + name + "-");
            Watchdog.get().deleteAtEnd(data);
        } catch (IOException e) {
            throw new BackendFailedException("no data folder for " + name, e);
        }
    }

    abstract List<String> command();

    /** Whether it answers now. */
    abstract boolean answers();

    Path log() {
        return data.resolve(name + ".log");
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void start() {
        if (isRunning()) {
            return;
        }
        try {
            Files.createDirectories(data);
        } catch (IOException e) {
            throw new BackendFailedException("no data folder for " + name, e);
        }
        ChildProcess started = ChildProcess.start(name, command(), Map.of(), log());
        process = started;
        Startup.await(this, this::answers, started::isAlive);
    }

    @Override
    public void kill() {
        if (process != null) {
            process.kill();
        }
    }

    @Override
    public void stop() {
        if (process != null) {
            process.stop(STOP_GRACE);
        }
    }

    @Override
    public boolean isRunning() {
        return process != null && process.isAlive();
    }

    @Override
    public String lastLogLines(int count) {
        return ChildProcess.lastLines(log(), count);
    }

    @Override
    public String process() {
        return process == null ? "none" : "pid " + process.pid();
    }

    /** The pid of the running process. */
    long pid() {
        return process == null ? -1 : process.pid();
    }

    @Override
    public void close() {
        kill();
        if (temporary) {
            Folders.delete(data);
        }
    }
}
