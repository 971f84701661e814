package io.tidemark.commons.kafka;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The topics that are surely there. A producer asks brokers for the topics that it is to write to, and where
 * {@code auto.create.topics.enable} is on (Kafka's default) asking makes them, with one replica; producers know no setting
 * against that. So they are asked for only once they are known. Thread-safe.
 */
public final class KnownTopics {
    private final Set<String> names = ConcurrentHashMap.newKeySet();
    private final Set<Consumer<String>> listeners = ConcurrentHashMap.newKeySet();

    /** The broker has said that it is there. */
    public void found(String topic) {
        if (names.add(topic)) {
            listeners.forEach(listener -> listener.accept(topic));
        }
    }

    /** The broker has said that it is not there. */
    public void missing(String topic) {
        names.remove(topic);
    }

    public boolean isKnown(String topic) {
        return names.contains(topic);
    }

    /** Tells of topics that are found from now on; must not block. */
    public void onFound(Consumer<String> listener) {
        listeners.add(listener);
    }
}
