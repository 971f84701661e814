package io.tidemark.state.keys;

import io.tidemark.contracts.KeyHoldings;
import io.tidemark.contracts.KeyPromotion;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The key sets of this process: which key of each is used, as it is told, and what it says of them. Thread-safe. */
public final class KeyRing {
    private static final Logger log = LoggerFactory.getLogger(KeyRing.class);

    private final String region;
    private final String prefix;
    private final Map<String, KeySet> sets;
    private final Duration keep;
    private final InstantSource clock;
    private final Map<String, Instant> since = new ConcurrentHashMap<>();
    private final Map<String, String> missing = new ConcurrentHashMap<>();
    private final CopyOnWriteArrayList<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile KeyHoldings.@Nullable Counted counted;

    /**
     * @param sets by their names in {@link KeyHoldings}
     * @param keep how long what is made with a key lives at most, other than data keys
     */
    public KeyRing(String region, Map<String, KeySet> sets, Duration keep, InstantSource clock) {
        this(region, "tidemark.state", sets, keep, clock);
    }

    /** @param prefix of the properties that have the sets */
    public KeyRing(String region, String prefix, Map<String, KeySet> sets, Duration keep, InstantSource clock) {
        this.prefix = prefix + '.';
        this.region = region;
        this.sets = Map.copyOf(sets);
        this.keep = keep;
        this.clock = clock;
        sets.keySet().forEach(set -> since.put(set, clock.instant()));
    }

    /**
     * Uses the last key of each set, the one that all have had for longest, until it is told of another one. Without this a set uses
     * its first.
     */
    public void awaitPromotions() {
        sets.forEach((name, keys) -> {
            keys.use(keys.names().getLast());
            if (keys.names().size() > 1) {
                log.info(
                        "{}: the key {} is used until it is said that all have another one",
                        property(name),
                        keys.inUse().id());
            }
        });
    }

    /** Called after a key was promoted; must not block. */
    public void onPromotion(Runnable listener) {
        listeners.add(listener);
    }

    /** Uses a key that all have, they say. Where this process has not got it, it goes on with what it has, and says so. */
    public void promoted(KeyPromotion promotion) {
        KeySet keys = sets.get(promotion.set());
        if (keys == null || (promotion.region() != null && !promotion.region().equals(region))) {
            return;
        }
        String name = promotion.key();
        if (keys.inUse().id().equals(name)) {
            missing.remove(promotion.set());
        } else if (keys.use(name)) {
            missing.remove(promotion.set());
            since.put(promotion.set(), clock.instant());
            log.info("{}: the key {} is used from now on", property(promotion.set()), name);
            listeners.forEach(Runnable::run);
        } else if (!name.equals(missing.put(promotion.set(), name))) {
            log.warn(
                    "{} has no key {}, which all others use: what they make with it cannot be read here; {} is used"
                            + " still",
                    property(promotion.set()),
                    name,
                    keys.inUse().id());
        }
    }

    /** The sets that lack the key that the others use. */
    public Set<String> lacking() {
        return Set.copyOf(missing.keySet());
    }

    /** How many data keys there were at the last count. */
    public void counted(KeyHoldings.Counted counted) {
        this.counted = counted;
    }

    /** What this process says of its keys. */
    public KeyHoldings holdings() {
        Map<String, KeyHoldings.Held> held = new HashMap<>();
        sets.forEach((name, keys) -> held.put(
                name, new KeyHoldings.Held(keys.names(), keys.inUse().id(), since.getOrDefault(name, Instant.EPOCH))));
        return new KeyHoldings(held, keep.toMillis(), counted);
    }

    private String property(String set) {
        return prefix + set;
    }
}
