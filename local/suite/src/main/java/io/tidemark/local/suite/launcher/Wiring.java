package io.tidemark.local.suite.launcher;

import io.tidemark.local.backends.BackendOptions.ProxiedListener;
import io.tidemark.local.backends.KafkaCluster;
import io.tidemark.local.suite.machine.SettableClocks;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the gateways are told to find what they need, if not where it is: behind proxies that can be cut; and what is not as by default.
 *
 * @param kafka brokers in place of the only one; absent: that one
 * @param redisEu port of the Redis of gateway eu-1; 0: Redis itself
 * @param redisServices port of the Redis of the invalidation service and the write queue; 0: Redis itself
 * @param kafkaUs the listener for gateway us-1; absent: Kafka itself
 * @param origin port of the origin, for both; 0: the origin itself
 * @param orders how many undelivered orders the write queue takes; 0: as by default
 * @param localStore what the gateways' own stores hold; absent: as by default
 * @param clocks those of the services; absent: this machine's
 * @param plainWrites whether nobody's writes are sealed
 * @param keyStore whether the data keys of eu lie in a Redis of their own, and are remembered for a second only
 */
public record Wiring(
        @Nullable KafkaCluster kafka,
        int redisEu,
        int redisServices,
        @Nullable ProxiedListener kafkaUs,
        int origin,
        int orders,
        @Nullable String localStore,
        @Nullable SettableClocks clocks,
        boolean plainWrites,
        boolean keyStore) {
    /** The port of the Redis of data keys. */
    static final int KEY_STORE = 16381;

    /** With writes that are sealed where they are a person's. */
    public Wiring(
            @Nullable KafkaCluster kafka,
            int redisEu,
            int redisServices,
            @Nullable ProxiedListener kafkaUs,
            int origin,
            int orders,
            @Nullable String localStore,
            @Nullable SettableClocks clocks) {
        this(kafka, redisEu, redisServices, kafkaUs, origin, orders, localStore, clocks, false, false);
    }

    /** What an older version can read, too. */
    public static final Wiring OF_TWO_VERSIONS = new Wiring(null, 0, 0, null, 0, 0, null, null, true, false);

    public static final Wiring DIRECT = new Wiring(null, 0, 0, null, 0, 0, null, null);

    /** A log that several brokers keep. */
    public static Wiring on(KafkaCluster kafka) {
        return new Wiring(kafka, 0, 0, null, 0, 0, null, null);
    }

    /** Services whose clocks can be set. */
    public static Wiring by(SettableClocks clocks) {
        return new Wiring(null, 0, 0, null, 0, 0, null, clocks);
    }

    /** Stores that are full soon. */
    public static final Wiring SMALL_STORES = new Wiring(null, 0, 0, null, 0, 0, "16MB", null);

    /** The properties of the origin stub that differ from the direct ones: it takes what fills small stores. */
    Map<String, String> stub() {
        return localStore == null
                ? Map.of()
                : Map.of("stub.max-body-size", "1MB", "server.max-http-request-header-size", "80KB");
    }

    /** The properties of the write queue that differ from the direct ones. */
    Map<String, String> writeQueue() {
        Map<String, String> settings = new LinkedHashMap<>();
        if (orders != 0) {
            settings.put("tidemark.writes.types[order.place].max-depth", Integer.toString(orders));
        }
        if (keyStore) {
            settings.put("tidemark.writes.personal.key-store.port", Integer.toString(KEY_STORE));
        }
        return settings;
    }

    /** What a service finds in its environment. */
    Map<String, String> environment(String part) {
        return clocks == null ? Map.of() : clocks.environment(part);
    }

    /** The properties of the invalidation service and the write queue that differ from the direct ones. */
    Map<String, String> services() {
        return redisServices == 0 ? Map.of() : Map.of("spring.data.redis.url", "redis://127.0.0.1:" + redisServices);
    }

    /** The properties of a gateway that differ from the direct ones. */
    Map<String, String> gateway(String region) {
        Map<String, String> settings = new LinkedHashMap<>();
        if (origin != 0) {
            settings.put("tidemark.origin", "http://127.0.0.1:" + origin);
        }
        if (localStore != null) {
            settings.put("tidemark.store.local-size", localStore);
        }
        if (region.equals("eu") && redisEu != 0) {
            settings.put("spring.data.redis.url", "redis://127.0.0.1:" + redisEu);
        }
        if (region.equals("eu") && keyStore) {
            settings.put("tidemark.state.key-store.port", Integer.toString(KEY_STORE));
            settings.put("tidemark.state.data-key-memory", "1s");
        }
        if (region.equals("us") && kafkaUs != null) {
            settings.put("spring.kafka.bootstrap-servers", "127.0.0.1:" + kafkaUs.proxyPort());
        }
        return settings;
    }
}
