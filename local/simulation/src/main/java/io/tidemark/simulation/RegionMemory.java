package io.tidemark.simulation;

import io.tidemark.gateway.cache.CacheKey;
import io.tidemark.gateway.cache.StoredResponse;
import io.tidemark.gateway.cache.Variant;
import io.tidemark.gateway.store.StoredResponseCodec;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a region's gateways share: responses as they come back out of Redis' records, and refresh flags. */
final class RegionMemory {
    private record Flag(String owner, int until) {}

    private final World world;
    private final Map<CacheKey, Map<Variant, StoredResponse>> records = new HashMap<>();
    private final Map<CacheKey, Flag> flags = new HashMap<>();

    RegionMemory(World world) {
        this.world = world;
    }

    List<StoredResponse> find(CacheKey key) {
        return List.copyOf(records.getOrDefault(key, Map.of()).values());
    }

    /** It mostly refuses to go back in the log; that nothing depends on it is part of the test. */
    boolean store(CacheKey key, StoredResponse response) {
        Map<Variant, StoredResponse> variants = records.computeIfAbsent(key, _ -> new LinkedHashMap<>());
        StoredResponse present = variants.get(response.variant());
        if (present != null && !response.filledAt().isAtOrPast(present.filledAt()) && world.random.nextInt(10) < 7) {
            return false;
        }
        variants.put(response.variant(), StoredResponseCodec.decode(StoredResponseCodec.encode(response)));
        return true;
    }

    boolean remove(CacheKey key, Variant variant) {
        Map<Variant, StoredResponse> variants = records.get(key);
        return variants != null && variants.remove(variant) != null;
    }

    void forget() {
        records.clear();
        flags.clear();
    }

    boolean takeFlag(CacheKey key, String owner, int steps) {
        if (owner(key) != null) {
            world.tally.count(Tally.Kind.FLAG_REFUSED);
            return false;
        }
        flags.put(key, new Flag(owner, world.clock.now() + steps));
        return true;
    }

    boolean extendFlag(CacheKey key, String owner, int steps) {
        boolean mine = owner.equals(owner(key));
        if (mine) {
            flags.put(key, new Flag(owner, world.clock.now() + steps));
        }
        return mine;
    }

    boolean releaseFlag(CacheKey key, String owner) {
        boolean mine = owner.equals(owner(key));
        if (mine) {
            flags.remove(key);
        }
        return mine;
    }

    boolean isFlagged(CacheKey key) {
        return owner(key) != null;
    }

    private @Nullable String owner(CacheKey key) {
        Flag flag = flags.get(key);
        return flag == null || flag.until < world.clock.now() ? null : flag.owner;
    }
}
