package io.tidemark.local.backends;

import com.github.dockerjava.api.exception.DockerException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;

/**
 * A backend that is a container, reachable at a port of 127.0.0.1 that is the same from one start to the next. Its
 * data stays inside the container until it is closed.
 */
abstract sealed class ContainerBackend implements Backend permits ContainerRedis, ContainerKafka {
    private static final int STOP_GRACE_SECONDS = 10;

    private final String name;
    private final int port;
    private @Nullable GenericContainer<?> container;

    ContainerBackend(BackendOptions options) {
        name = options.name();
        port = options.port() == 0 ? Ports.free() : options.port();
    }

    abstract GenericContainer<?> newContainer();

    abstract int containerPort();

    abstract boolean answers();

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
        GenericContainer<?> current = container;
        if (current == null) {
            current = newContainer();
            current.setPortBindings(List.of("127.0.0.1:" + port + ":" + containerPort()));
            current.withLabel(Watchdog.LABEL, Watchdog.get().owner());
            current.setWaitStrategy(new NoWait());
            current.start();
            container = current;
        } else if (!isRunning()) {
            current.getDockerClient()
                    .startContainerCmd(current.getContainerId())
                    .exec();
        }
        Startup.await(this, this::answers, this::isRunning);
    }

    @Override
    public void kill() {
        if (container != null && isRunning()) {
            container
                    .getDockerClient()
                    .killContainerCmd(container.getContainerId())
                    .exec();
            while (isRunning()) {
                Thread.onSpinWait();
            }
        }
    }

    @Override
    public void stop() {
        if (container != null && isRunning()) {
            container
                    .getDockerClient()
                    .stopContainerCmd(container.getContainerId())
                    .withTimeout(STOP_GRACE_SECONDS)
                    .exec();
        }
    }

    @Override
    public boolean isRunning() {
        if (container == null) {
            return false;
        }
        try {
            var state = container
                    .getDockerClient()
                    .inspectContainerCmd(container.getContainerId())
                    .exec()
                    .getState();
            return Boolean.TRUE.equals(state.getRunning());
        } catch (DockerException gone) {
            return false;
        }
    }

    @Override
    public String lastLogLines(int count) {
        if (container == null) {
            return "(no container)";
        }
        List<String> lines = container.getLogs().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - count), lines.size()));
    }

    @Override
    public String process() {
        return container == null ? "none" : "container " + container.getContainerId();
    }

    @Override
    public void close() {
        if (container != null) {
            container.stop();
            container = null;
        }
    }

    /** The backend is asked itself, at its port, whether it answers. */
    private static final class NoWait extends AbstractWaitStrategy {
        @Override
        protected void waitUntilReady() {}
    }
}
