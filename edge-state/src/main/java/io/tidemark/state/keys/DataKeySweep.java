package io.tidemark.state.keys;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.SetArgs;
import io.tidemark.commons.outage.Outage;
import io.tidemark.contracts.KeyHoldings;
import io.tidemark.state.redis.StateRedis;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes through the data keys of the region, seals those anew that another key of the region's set has sealed than the one that is
 * used, counts what is left under each, and reads which keys are held by who is no gateway. One process does so at a time: at
 * each interval, and when another key has come into use. It pauses between pages of {@value #PAGE} keys of the store, so that it
 * takes no more than a small part of it.
 */
public final class DataKeySweep implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DataKeySweep.class);
    private static final int PAGE = 500;
    private static final Duration PAUSE = Duration.ofMillis(10);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);
    private static final String BEGINNING = "tidemark:datakey:{";

    private final StateRedis store;
    private final DataKeys keys;
    private final KeySet wrapping;
    private final Duration interval;
    private final InstantSource clock;
    private final Consumer<KeyHoldings.Counted> onCounted;
    private final Semaphore due = new Semaphore(0);
    private final Outage outage = new Outage(
            log, "The region's data keys cannot be gone through", "The region's data keys were gone through");
    private final Thread thread = Thread.ofVirtual().name("data-key-sweep").unstarted(this::run);
    private volatile boolean stopping;

    /** @param wrapping {@code tidemark.state.data-keys}, which seals them */
    public DataKeySweep(
            StateRedis store,
            DataKeys keys,
            KeySet wrapping,
            Duration interval,
            InstantSource clock,
            Consumer<KeyHoldings.Counted> onCounted) {
        this.store = store;
        this.keys = keys;
        this.wrapping = wrapping;
        this.interval = interval;
        this.clock = clock;
        this.onCounted = onCounted;
    }

    public void start() {
        thread.start();
    }

    /** Another key has come into use. */
    public void soon() {
        due.release();
    }

    @Override
    public void close() {
        stopping = true;
        thread.interrupt();
    }

    private void run() {
        try {
            Thread.sleep(interval.compareTo(FIRST_PAUSE) < 0 ? interval : FIRST_PAUSE); // by then there is a connection
        } catch (InterruptedException stop) {
            return;
        }
        while (!stopping) {
            try {
                sweep().ifPresent(onCounted);
                outage.over();
            } catch (InterruptedException stop) {
                return;
            } catch (RuntimeException failure) {
                outage.failed(failure);
            }
            try {
                var _ = due.tryAcquire(interval.toNanos(), TimeUnit.NANOSECONDS);
                due.drainPermits();
            } catch (InterruptedException stop) {
                return;
            }
        }
    }

    /** Goes through all: how many are left under each key. Empty if another process does it in this interval. */
    Optional<KeyHoldings.Counted> sweep() throws InterruptedException {
        String turn = "tidemark:datakeys:sweep:" + wrapping.inUse().id();
        String mine = join(store.<@Nullable String>call(commands -> commands.set(
                turn.getBytes(US_ASCII), new byte[] {'1'}, SetArgs.Builder.nx().px(interval.toMillis()))));
        if (mine == null) {
            return Optional.empty();
        }
        Map<String, Long> byDataKey = new HashMap<>();
        Map<String, Long> bySubjectKey = new HashMap<>();
        Map<String, Map<String, KeyHoldings.Held>> holders = new HashMap<>();
        ScanArgs page = ScanArgs.Builder.matches("tidemark:datakey*").limit(PAGE);
        ScanCursor cursor = ScanCursor.INITIAL;
        while (!cursor.isFinished()) {
            ScanCursor from = cursor;
            KeyScanCursor<byte[]> found = join(store.call(commands -> commands.scan(from, page)));
            for (byte[] name : found.getKeys()) {
                String key = new String(name, US_ASCII);
                if (key.startsWith(BEGINNING)) {
                    count(key, byDataKey, bySubjectKey);
                } else if (key.startsWith(KeyHolder.BEGINNING)) {
                    byte[] said = get(key);
                    if (said != null) {
                        holders.put(key.substring(KeyHolder.BEGINNING.length()), KeyHolder.read(said));
                    }
                }
            }
            cursor = found;
            Thread.sleep(PAUSE);
        }
        return Optional.of(new KeyHoldings.Counted(byDataKey, bySubjectKey, clock.instant(), holders));
    }

    private void count(String key, Map<String, Long> byDataKey, Map<String, Long> bySubjectKey) {
        byte[] wrapped = get(key);
        if (wrapped == null) {
            return; // its time was over
        }
        String subject = key.substring(BEGINNING.length(), key.length() - 1);
        boolean anew = join(keys.sealAnew(subject, wrapped));
        String name = anew ? wrapping.inUse().id() : Sealer.keyName(wrapped);
        byDataKey.merge(name == null ? "damaged" : name, 1L, Long::sum);
        int dot = subject.indexOf('.');
        bySubjectKey.merge(dot < 0 ? "unknown" : subject.substring(0, dot), 1L, Long::sum);
    }

    private byte @Nullable [] get(String key) {
        return join(store.<byte @Nullable []>call(commands -> commands.get(key.getBytes(US_ASCII))));
    }

    private static <T extends @Nullable Object> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}
