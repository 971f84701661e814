package io.tidemark.invalidation.receipts;

import io.tidemark.contracts.Position;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The purges that are not complete, in the order of the log. A gateway that moves on meets only those that it moved over:
 * after a restart there are as many purges as are kept, and as many watermarks again. Not thread-safe: {@link Receipts} owns it.
 */
final class OpenPurges {
    private final LinkedHashMap<String, TrackedPurge> byId = new LinkedHashMap<>();

    /** Those of the newest epoch, by their offset. */
    private final NavigableMap<Long, TrackedPurge> newest = new TreeMap<>();

    private @Nullable String epoch;

    void add(TrackedPurge purge) {
        Position position = purge.position();
        if (!position.epoch().equals(epoch)) {
            epoch = position.epoch();
            newest.clear();
        }
        newest.put(position.offset(), purge);
        byId.putLast(purge.purge().id(), purge);
    }

    void remove(String id) {
        TrackedPurge purge = byId.remove(id);
        if (purge != null && purge.position().epoch().equals(epoch)) {
            newest.remove(purge.position().offset());
        }
    }

    boolean isEmpty() {
        return byId.isEmpty();
    }

    TrackedPurge first() {
        return byId.firstEntry().getValue();
    }

    Collection<TrackedPurge> all() {
        return byId.values();
    }

    /**
     * Those that a gateway may have moved over: all beyond where it was, up to where it is.
     *
     * @param was null if that is not known
     */
    Collection<TrackedPurge> between(@Nullable Position was, Position is) {
        if (was == null || !was.epoch().equals(epoch) || !is.epoch().equals(epoch)) {
            return byId.values();
        }
        return was.offset() < is.offset()
                ? newest.subMap(was.offset(), false, is.offset(), true).values()
                : List.of();
    }
}
