package io.tidemark.local.suite.writes;

import io.tidemark.local.backends.Backends;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** A Kafka and a Redis of a run, and what is done to them meanwhile. Not thread-safe. */
interface Stores extends AutoCloseable {
    /** They answer when they are here. */
    static Stores start(Plan plan, Path folder, Consumer<String> out) throws IOException, InterruptedException {
        return plan.replicated() ? ReplicatedStores.start(folder, out) : new Alone(Backends.start(1));
    }

    /** What leads a service to them, as arguments. */
    List<String> arguments();

    /** Hurts them from now on. */
    void hurt();

    /** Hurts them no more; returns when all of them are whole. */
    void heal() throws InterruptedException;

    @Override
    void close();

    /** One of each, which are left alone. */
    record Alone(Backends backends) implements Stores {
        @Override
        public List<String> arguments() {
            return List.of(
                    "--spring.kafka.bootstrap-servers=" + backends.kafka().bootstrapServers(),
                    "--spring.data.redis.url=" + backends.redis(0).url());
        }

        @Override
        public void hurt() {}

        @Override
        public void heal() {}

        @Override
        public void close() {
            backends.close();
        }
    }
}
