package io.tidemark.local.backends;

import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

final class ContainerRedis extends ContainerBackend implements Redis {
    private static final DockerImageName IMAGE = DockerImageName.parse("redis:8.2");

    private final boolean durable;

    ContainerRedis(BackendOptions options) {
        super(options);
        durable = options.durable();
    }

    @Override
    GenericContainer<?> newContainer() {
        return new GenericContainer<>(IMAGE)
                .withCommand("redis-server", "--save", "", "--appendonly", durable ? "yes" : "no");
    }

    @Override
    int containerPort() {
        return 6379;
    }

    @Override
    boolean answers() {
        return Ports.answers(port(), "PING\r\n", "+PONG");
    }
}
