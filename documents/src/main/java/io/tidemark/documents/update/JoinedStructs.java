package io.tidemark.documents.update;

import io.tidemark.documents.lib0.ByteWriter;

/**
 * Pieces of structs, written as one where the later continues the earlier: the same kind, the same right origin, and put right
 * after it. For one thread.
 */
final class JoinedStructs {
    private final Structs structs;
    private final ByteWriter head = new ByteWriter(64);
    private final ByteWriter content = new ByteWriter(256);
    private int kind = StructKind.SKIP;
    private long client;
    private long clock;
    private long endClock;
    private boolean hasRightOrigin;
    private long rightClient;
    private long rightClock;

    JoinedStructs(int capacity) {
        this.structs = new Structs(capacity);
    }

    /** A piece from one clock of a struct to before another, or only its length if it is deleted. */
    void piece(StructCursor struct, long from, long to, boolean deleted) {
        int piece = deleted ? StructKind.DELETED : struct.kind();
        if (!continues(struct, from, piece)) {
            write();
            kind = piece;
            client = struct.client();
            clock = from;
            hasRightOrigin = struct.hasRightOrigin();
            rightClient = struct.rightClient();
            rightClock = struct.rightClock();
            head.clear();
            content.clear();
            if (piece != StructKind.COLLECTED) {
                Slice.head(struct, from - struct.clock(), piece, head);
            }
        }
        if (!deleted) {
            Slice.content(struct, from - struct.clock(), to - from, content);
        }
        endClock = to;
    }

    private boolean continues(StructCursor struct, long from, int piece) {
        if (piece != kind || struct.client() != client || from != endClock || !StructKind.isDivisible(piece)) {
            return false;
        }
        return piece == StructKind.COLLECTED || (followsItself(struct, from) && standsBeforeTheSame(struct));
    }

    private static boolean followsItself(StructCursor struct, long from) {
        return from > struct.clock() || struct.continuesItself();
    }

    private boolean standsBeforeTheSame(StructCursor struct) {
        return struct.hasRightOrigin()
                ? hasRightOrigin && struct.rightClient() == rightClient && struct.rightClock() == rightClock
                : !hasRightOrigin;
    }

    private void write() {
        if (kind != StructKind.SKIP) {
            structs.struct(client, clock, kind, endClock - clock, head, content);
        }
    }

    byte[] end(DeleteSet deletes) {
        write();
        kind = StructKind.SKIP;
        return structs.end(deletes);
    }
}
