package io.tidemark.documents.update;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Many updates as one: client by client, the highest first, and each client's structs by rising clock. What is there twice is written
 * once, a part that is is cut off, and what none of them has is a skip.
 *
 * <p>The updates of a client lie in the order in which they begin. Only those that have begun and have more are in a heap: single edits,
 * however many, never are.
 */
final class Merge {
    /** Where updates are that have something of a client, the highest client first. */
    private final TreeMap<Long, List<StructCursor>> clients = new TreeMap<>(Collections.reverseOrder());

    private final PriorityQueue<StructCursor> begun = new PriorityQueue<>(Merge::compare);
    private final Structs structs;
    private List<StructCursor> waiting = List.of();
    private int next;

    private Merge(List<byte[]> updates, Structs structs) {
        this.structs = structs;
        for (byte[] update : updates) {
            StructCursor cursor = new StructCursor(update);
            if (advance(cursor)) {
                await(cursor);
            }
        }
    }

    static byte[] of(List<byte[]> updates, DeleteSet deletes) {
        int octets = (int) Math.min(
                Integer.MAX_VALUE - 64,
                updates.stream().mapToLong(bytes -> bytes.length).sum());
        Structs structs = new Structs(octets);
        new Merge(updates, structs).run();
        return structs.end(deletes);
    }

    private void run() {
        while (!clients.isEmpty()) {
            waiting = clients.pollFirstEntry().getValue();
            waiting.sort(Merge::compare);
            next = 0;
            client(waiting.getFirst().client(), waiting.getFirst().clock());
        }
    }

    private void client(long client, long from) {
        long written = from;
        for (StructCursor cursor = first(); cursor != null; cursor = first()) {
            // As long as no other has a say nothing is compared but clocks.
            long others = nextClock();
            boolean more;
            do {
                if (cursor.endClock() > written) {
                    structs.from(cursor, Math.max(written, cursor.clock()));
                    written = cursor.endClock();
                }
                more = advance(cursor);
            } while (more && cursor.client() == client && cursor.clock() < others);
            if (more && cursor.client() == client) {
                begun.add(cursor);
            } else if (more) {
                await(cursor);
            }
        }
    }

    /** Takes the one that has the next of the client; null if none has more. */
    private @Nullable StructCursor first() {
        StructCursor other = begun.peek();
        if (next == waiting.size() || (other != null && compare(other, waiting.get(next)) <= 0)) {
            return begun.poll();
        }
        return waiting.get(next++);
    }

    /** The lowest clock at which another update has something of the client. */
    private long nextClock() {
        long least = next < waiting.size() ? waiting.get(next).clock() : Long.MAX_VALUE;
        StructCursor other = begun.peek();
        return other == null ? least : Math.min(least, other.clock());
    }

    private void await(StructCursor cursor) {
        clients.computeIfAbsent(cursor.client(), _ -> new ArrayList<>()).add(cursor);
    }

    /** Of the same clocks the one that says less of its content: what was deleted somewhere is not written again. */
    private static int compare(StructCursor one, StructCursor other) {
        return one.clock() == other.clock()
                ? StructKind.rank(one.kind()) - StructKind.rank(other.kind())
                : Long.compare(one.clock(), other.clock());
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
