package io.tidemark.documents.update;

import io.tidemark.documents.lib0.ByteReader;
import io.tidemark.documents.lib0.ByteWriter;
import io.tidemark.documents.lib0.MalformedException;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How much of each client is known: every clock below one. Immutable. */
public final class StateVector {
    /** Of who knows nothing. */
    public static final StateVector EMPTY = new StateVector(new TreeMap<>(Collections.reverseOrder()));

    /** The highest client first. */
    private final SortedMap<Long, Long> clocks;

    StateVector(SortedMap<Long, Long> clocks) {
        this.clocks = Collections.unmodifiableSortedMap(clocks);
    }

    /**
     * What a client has sent. Of a client that is named twice the last counts.
     *
     * @throws MalformedException if it is none, or more follows it
     */
    public static StateVector read(byte[] bytes) {
        ByteReader reader = new ByteReader(bytes);
        int clients = reader.count(2);
        TreeMap<Long, Long> clocks = new TreeMap<>(Collections.reverseOrder());
        for (int i = 0; i < clients; i++) {
            clocks.put(reader.integer(), reader.integer());
        }
        if (reader.remaining() > 0) {
            throw reader.malformed("more than a state vector");
        }
        return new StateVector(clocks);
    }

    /** As clients read it. */
    public byte[] bytes() {
        ByteWriter writer = new ByteWriter(8 + clocks.size() * 8);
        writer.integer(clocks.size());
        clocks.forEach((client, clock) -> writer.integer(client).integer(clock));
        return writer.toByteArray();
    }

    /** The first clock of a client that is not known. */
    public long clock(long client) {
        return clocks.getOrDefault(client, 0L);
    }

    /** Every client of which something is known, the highest first, with its clock. */
    public Map<Long, Long> clocks() {
        return clocks;
    }

    /** Whether all that the other knows is known here. */
    public boolean covers(StateVector other) {
        return other.clocks.entrySet().stream().allMatch(entry -> clock(entry.getKey()) >= entry.getValue());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof StateVector vector && clocks.equals(vector.clocks);
    }

    @Override
    public int hashCode() {
        return clocks.hashCode();
    }

    @Override
    public String toString() {
        return "StateVector" + Arrays.toString(clocks.entrySet().toArray());
    }
}
