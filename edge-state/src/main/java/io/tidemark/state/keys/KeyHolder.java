package io.tidemark.state.keys;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.lettuce.core.SetArgs;
import io.tidemark.commons.outage.Outage;
import io.tidemark.contracts.KeyHoldings;
import io.tidemark.state.redis.StateRedis;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Says which keys a process holds that is no gateway, so that a rotation waits for it too. It has no heartbeat: it says so beside the data
 * keys, {@code tidemark:datakeys:holder:<instance>}, where the region's {@link DataKeySweep} finds it, and is forgotten like a gateway.
 */
public final class KeyHolder implements AutoCloseable {
    static final String BEGINNING = "tidemark:datakeys:holder:";

    private static final Logger log = LoggerFactory.getLogger(KeyHolder.class);
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final Duration GOODBYE = Duration.ofSeconds(1);
    private static final Duration REMEMBERED = Duration.ofMinutes(10);
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final TypeReference<Map<String, KeyHoldings.Held>> SETS = new TypeReference<>() {};

    private final StateRedis store;
    private final byte[] key;
    private final KeyRing ring;
    private final Outage outage =
            new Outage(log, "It cannot be said which keys are held here", "It is said which keys are held here");
    private final Thread thread = Thread.ofVirtual().name("key-holder").unstarted(this::run);
    private volatile boolean stopping;

    /** @param instance of this process, which nobody else has */
    public KeyHolder(StateRedis store, String instance, KeyRing ring) {
        this.store = store;
        this.key = (BEGINNING + instance).getBytes(US_ASCII);
        this.ring = ring;
    }

    public void start() {
        thread.start();
    }

    private void run() {
        while (!stopping) {
            try {
                say();
                outage.over();
            } catch (CompletionException failure) {
                outage.failed(failure);
            }
            try {
                Thread.sleep(INTERVAL);
            } catch (InterruptedException stop) {
                return;
            }
        }
    }

    /** Says it once. Fails if the store does not answer. */
    void say() {
        byte[] sets = JSON.writeValueAsBytes(ring.holdings().sets());
        store.<@Nullable String>call(commands -> commands.set(key, sets, SetArgs.Builder.px(REMEMBERED.toMillis())))
                .toCompletableFuture()
                .join();
    }

    /** What was said; empty if it cannot be read. */
    static Map<String, KeyHoldings.Held> read(byte[] said) {
        try {
            return JSON.readValue(said, SETS);
        } catch (JacksonException unreadable) {
            log.debug("what is said of keys cannot be read", unreadable);
            return Map.of();
        }
    }

    /** Holds none any more, and says so; where that cannot be said it is waited for until it is forgotten. */
    @Override
    public void close() {
        stopping = true;
        thread.interrupt();
        try {
            if (thread.isAlive()) {
                var _ = thread.join(GOODBYE); // so that the goodbye comes last
            }
            var _ = store.call(commands -> commands.del(key))
                    .toCompletableFuture()
                    .get(GOODBYE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException | RuntimeException away) {
            log.info("it cannot be said that no keys are held here any more: {}", away.toString());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
