package io.tidemark.documents.update;

import io.tidemark.documents.lib0.ByteReader;
import io.tidemark.documents.lib0.ByteWriter;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which clocks of which clients are deleted: ranges in rising order that do not touch each other. Immutable once read. */
final class DeleteSet {
    private static final int MOST_OCTETS = 8;

    /** By client, the highest first: starts and ends in turn. */
    private final TreeMap<Long, Ranges> clients = new TreeMap<>(Collections.reverseOrder());

    private DeleteSet() {}

    static DeleteSet read(ByteReader reader) {
        DeleteSet set = new DeleteSet();
        set.add(reader);
        set.tidy();
        return set;
    }

    static DeleteSet merge(Collection<ByteReader> readers) {
        DeleteSet set = new DeleteSet();
        readers.forEach(set::add);
        set.tidy();
        return set;
    }

    /** Passes over one, and checks it. */
    static void check(ByteReader reader) {
        int clients = reader.count(2);
        for (int i = 0; i < clients; i++) {
            reader.integer();
            int ranges = reader.count(2);
            for (int j = 0; j < ranges; j++) {
                checkRange(reader, reader.integer(), reader.integer());
            }
        }
    }

    private static void checkRange(ByteReader reader, long clock, long length) {
        if (length > ByteReader.MAX_INTEGER - clock) {
            throw reader.malformed("clock of more than 53 bits");
        }
    }

    private void add(ByteReader reader) {
        int count = reader.count(2);
        for (int i = 0; i < count; i++) {
            long client = reader.integer();
            int ranges = reader.count(2);
            if (ranges == 0) {
                continue;
            }
            Ranges known = clients.computeIfAbsent(client, _ -> new Ranges());
            for (int j = 0; j < ranges; j++) {
                long clock = reader.integer();
                long length = reader.integer();
                checkRange(reader, clock, length);
                known.add(clock, clock + length);
            }
        }
    }

    private void tidy() {
        for (Iterator<Ranges> each = clients.values().iterator(); each.hasNext(); ) {
            Ranges ranges = each.next();
            ranges.tidy();
            if (ranges.size == 0) {
                each.remove();
            }
        }
    }

    /** The ranges of a client; null if nothing of it is deleted. */
    @Nullable
    Ranges of(long client) {
        return clients.get(client);
    }

    boolean isPartOf(DeleteSet other) {
        for (Map.Entry<Long, Ranges> client : clients.entrySet()) {
            Ranges ranges = client.getValue();
            Ranges others = other.of(client.getKey());
            if (others == null) {
                return false;
            }
            for (int i = 0; i < ranges.size; i += 2) {
                int index = others.above(ranges.edges[i]);
                if ((index & 1) == 0 || others.edge(index) < ranges.edges[i + 1]) {
                    return false;
                }
            }
        }
        return true;
    }

    /** At most as many octets as it takes. */
    int octets() {
        return Math.toIntExact(clients.values().stream()
                .mapToLong(ranges -> (2L + ranges.size) * MOST_OCTETS / 2)
                .sum());
    }

    void write(ByteWriter writer) {
        writer.integer(clients.size());
        for (Map.Entry<Long, Ranges> client : clients.entrySet()) {
            Ranges ranges = client.getValue();
            writer.integer(client.getKey()).integer(ranges.size / 2);
            for (int i = 0; i < ranges.size; i += 2) {
                writer.integer(ranges.edges[i]).integer(ranges.edges[i + 1] - ranges.edges[i]);
            }
        }
    }

    /** One client's. */
    static final class Ranges {
        private long[] edges = new long[8];
        private int size;
        private boolean sorted = true;

        private void add(long start, long end) {
            if (start == end) {
                return;
            }
            if (size > 0 && start == edges[size - 1]) {
                edges[size - 1] = end;
                return;
            }
            if (size == edges.length) {
                edges = Arrays.copyOf(edges, size * 2);
            }
            sorted &= size == 0 || start > edges[size - 1];
            edges[size++] = start;
            edges[size++] = end;
        }

        private void tidy() {
            if (sorted) {
                return;
            }
            long[] starts = new long[size / 2];
            long[] ends = new long[size / 2];
            for (int i = 0; i < starts.length; i++) {
                starts[i] = edges[2 * i];
                ends[i] = edges[2 * i + 1];
            }
            // Ranges overlap or touch where, in rising order, a start is not above the end of the same rank.
            Arrays.sort(starts);
            Arrays.sort(ends);
            int written = 0;
            long start = starts[0];
            for (int i = 0; i < starts.length; i++) {
                if (i + 1 == starts.length || starts[i + 1] > ends[i]) {
                    edges[written++] = start;
                    edges[written++] = ends[i];
                    if (i + 1 < starts.length) {
                        start = starts[i + 1];
                    }
                }
            }
            size = written;
            sorted = true;
        }

        /** The first edge above a clock, as an index: odd if the clock is in a range. */
        int above(long clock) {
            int low = 0;
            int high = size;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (edges[middle] <= clock) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }

        /** Where that edge is; none is infinitely far. */
        long edge(int index) {
            return index < size ? edges[index] : Long.MAX_VALUE;
        }
    }
}
