package io.tidemark.local.backends;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import redis.embedded.RedisExecProvider;

/** The Redis binary that {@code org.signal:embedded-redis} carries. */
final class EmbeddedRedis extends EmbeddedBackend implements Redis {
    private final boolean durable;
    private final boolean clusterNode;
    private final Map<String, String> settings;

    EmbeddedRedis(BackendOptions options) {
        super(options);
        durable = options.durable();
        clusterNode = options.clusterNode();
        settings = options.settings();
    }

    @Override
    List<String> command() {
        List<String> command = new ArrayList<>(List.of(
                executable().toString(),
                "--port",
                Integer.toString(port()),
                "--bind",
                "127.0.0.1",
                "--dir",
                data.toString(),
                "--save",
                "",
                "--appendonly",
                durable ? "yes" : "no"));
        if (clusterNode) {
            command.addAll(List.of("--cluster-enabled", "yes", "--cluster-port", Integer.toString(Ports.free())));
        }
        settings.forEach((name, value) -> command.addAll(List.of("--" + name, value)));
        return command;
    }

    private Path executable() {
        Path executable = data.resolve("redis-server");
        if (!Files.isExecutable(executable)) {
            ChildProcess.STARTING.lock();
            try {
                Path extracted = RedisExecProvider.defaultProvider().get().toPath();
                Files.move(extracted, executable, StandardCopyOption.REPLACE_EXISTING);
                if (!executable.toFile().setExecutable(true)) {
                    throw new BackendFailedException(executable + " could not be made executable");
                }
            } catch (IOException e) {
                throw new BackendFailedException("no Redis binary for this machine in embedded-redis", e);
            } finally {
                ChildProcess.STARTING.unlock();
            }
        }
        return executable;
    }

    @Override
    boolean answers() {
        return Ports.answers(port(), "PING\r\n", "+PONG");
    }
}
