package io.tidemark.local.backends;

/** One Kafka broker that is its own controller (KRaft), without authentication. It creates no topic by itself. */
public interface Kafka extends Backend {
    /** A Kafka that is not started yet. */
    static Kafka create(BackendOptions options) {
        return switch (options.mode()) {
            case EMBEDDED -> new EmbeddedKafka(options);
            case CONTAINERS -> new ContainerKafka(options);
        };
    }

    default String bootstrapServers() {
        return "127.0.0.1:" + port();
    }
}
