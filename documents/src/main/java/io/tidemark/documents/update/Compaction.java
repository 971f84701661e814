package io.tidemark.documents.update;

import org.jspecify.annotations.Nullable;

/**
 * An update without what its delete set covers: of that, only the length is left. Types stay, because others hang on them. What
 * was cut in pieces, as typing does, is one struct again: joining is the inverse of cutting, and says the same.
 */
final class Compaction {
    private final JoinedStructs joined;
    private final DeleteSet deletes;

    private Compaction(int octets, DeleteSet deletes) {
        this.joined = new JoinedStructs(octets);
        this.deletes = deletes;
    }

    static byte[] of(byte[] update, DeleteSet deletes) {
        Compaction compaction = new Compaction(update.length, deletes);
        StructCursor cursor = new StructCursor(update);
        while (cursor.next()) {
            if (cursor.kind() != StructKind.SKIP) {
                compaction.add(cursor);
            }
        }
        return compaction.joined.end(deletes);
    }

    private void add(StructCursor struct) {
        DeleteSet.@Nullable Ranges ranges = deletes.of(struct.client());
        if (ranges == null || struct.kind() == StructKind.TYPE || StructKind.rank(struct.kind()) < 2) {
            joined.piece(struct, struct.clock(), struct.endClock(), false);
            return;
        }
        long clock = struct.clock();
        int index = ranges.above(clock);
        while (clock < struct.endClock()) {
            long end = Math.min(ranges.edge(index), struct.endClock());
            joined.piece(struct, clock, end, (index & 1) != 0);
            clock = end;
            index++;
        }
    }
}
