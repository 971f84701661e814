package io.tidemark.documents.update;

import java.util.ArrayList;
import java.util.List;

/**
 * Many updates as one: a heap over where each of them is, the highest client first and then the lowest clock. What is there twice
 * is written once, a part that is is cut off, and what none of them has is a skip.
 */
final class Merge {
    private final StructCursor[] heap;
    private int size;

    private Merge(List<byte[]> updates) {
        List<StructCursor> cursors = new ArrayList<>(updates.size());
        for (byte[] update : updates) {
            StructCursor cursor = new StructCursor(update);
            if (advance(cursor)) {
                cursors.add(cursor);
            }
        }
        cursors.sort(Merge::compare);
        heap = cursors.toArray(StructCursor[]::new);
        size = heap.length;
    }

    static byte[] of(List<byte[]> updates, DeleteSet deletes) {
        int octets = (int) Math.min(
                Integer.MAX_VALUE - 64,
                updates.stream().mapToLong(bytes -> bytes.length).sum());
        Structs structs = new Structs(octets);
        new Merge(updates).into(structs);
        return structs.end(deletes);
    }

    private void into(Structs structs) {
        long client = -1;
        long written = 0;
        while (size > 0) {
            StructCursor cursor = heap[0];
            if (cursor.client() != client) {
                client = cursor.client();
                written = cursor.clock();
            }
            // As long as no other has a say the heap stays as it is.
            long others = nextClock(client);
            boolean more = true;
            do {
                if (cursor.endClock() > written) {
                    structs.from(cursor, Math.max(written, cursor.clock()));
                    written = cursor.endClock();
                }
                more = advance(cursor);
            } while (more && cursor.client() == client && cursor.clock() < others);
            if (!more) {
                heap[0] = heap[--size];
            }
            siftDown();
        }
    }

    /** Of the same clocks the one that says less of its content: what was deleted somewhere is not written again. */
    private static int compare(StructCursor one, StructCursor other) {
        if (one.client() != other.client()) {
            return one.client() > other.client() ? -1 : 1;
        }
        return one.clock() == other.clock()
                ? StructKind.rank(one.kind()) - StructKind.rank(other.kind())
                : Long.compare(one.clock(), other.clock());
    }

    /** The lowest clock at which another update has something of that client. */
    private long nextClock(long client) {
        long least = Long.MAX_VALUE;
        for (int i = 1; i < Math.min(3, size); i++) {
            if (heap[i].client() == client) {
                least = Math.min(least, heap[i].clock());
            }
        }
        return least;
    }

    private void siftDown() {
        if (size == 0) {
            return;
        }
        StructCursor moved = heap[0];
        int at = 0;
        while (2 * at + 1 < size) {
            int child = 2 * at + 1;
            if (child + 1 < size && compare(heap[child + 1], heap[child]) < 0) {
                child++;
            }
            if (compare(moved, heap[child]) <= 0) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = moved;
    }

    private static boolean advance(StructCursor cursor) {
        while (cursor.next()) {
            if (cursor.kind() != StructKind.SKIP) {
                return true;
            }
        }
        return false;
    }
}
