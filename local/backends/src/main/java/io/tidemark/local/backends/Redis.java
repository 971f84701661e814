package io.tidemark.local.backends;

/** A Redis server without a password. */
public interface Redis extends Backend {
    /** A Redis that is not started yet. */
    static Redis create(BackendOptions options) {
        return switch (options.mode()) {
            case EMBEDDED -> new EmbeddedRedis(options);
            case CONTAINERS -> new ContainerRedis(options);
        };
    }

    default String url() {
        return "redis://127.0.0.1:" + port();
    }
}
