package io.tidemark.documents.update;

import io.tidemark.documents.lib0.AnyValue;
import io.tidemark.documents.lib0.ByteReader;
import io.tidemark.documents.lib0.ByteWriter;
import io.tidemark.documents.lib0.Utf8;

/** A piece of a struct between two of its clocks, as Yjs cuts it. */
final class Slice {
    private static final int HAS_ORIGIN = 0x80;
    private static final int HAS_RIGHT_ORIGIN = 0x40;
    private static final int KIND = 0x1F;

    /** U+FFFD: what Yjs leaves of each half of a surrogate pair that is cut. */
    private static final byte[] REPLACEMENT = {(byte) 0xEF, (byte) 0xBF, (byte) 0xBD};

    private static final int SURROGATES = 4;

    private Slice() {}

    /** What the piece hangs on: what the struct hangs on, or the clock before if it begins inside. The right origin stays. */
    static void head(StructCursor struct, long offset, int kind, ByteWriter to) {
        int info = (struct.info() & ~KIND) | kind;
        if (offset == 0) {
            to.octet(info).octets(struct.array(), struct.at() + 1, struct.contentAt());
            return;
        }
        to.octet(info | HAS_ORIGIN).integer(struct.client()).integer(struct.clock() + offset - 1);
        if ((info & HAS_RIGHT_ORIGIN) != 0) {
            to.integer(struct.rightClient()).integer(struct.rightClock());
        }
    }

    /** Its content without how much of it there is: nothing, the octets of text, values. */
    static void content(StructCursor struct, long offset, long length, ByteWriter to) {
        switch (struct.kind()) {
            case StructKind.TEXT -> text(struct, offset, length, to);
            case StructKind.JSON, StructKind.ANY -> {
                ByteReader content = new ByteReader(struct.array(), struct.contentAt(), struct.end());
                content.integer();
                skipValues(content, struct.kind(), offset);
                int start = content.at();
                skipValues(content, struct.kind(), length);
                to.octets(struct.array(), start, content.at());
            }
            case StructKind.COLLECTED, StructKind.DELETED, StructKind.SKIP -> {}
            default -> to.octets(struct.array(), struct.contentAt(), struct.end());
        }
    }

    private static void text(StructCursor struct, long offset, long length, ByteWriter to) {
        byte[] bytes = struct.array();
        ByteReader content = new ByteReader(bytes, struct.contentAt(), struct.end());
        content.integer();
        long start = Utf8.positionOf(bytes, content.at(), struct.end(), offset);
        int at = (int) (start >> 1);
        long units = length;
        if ((start & 1) != 0) {
            to.octets(REPLACEMENT, 0, REPLACEMENT.length);
            at += SURROGATES;
            units--;
        }
        long stop = Utf8.positionOf(bytes, at, struct.end(), units);
        to.octets(bytes, at, (int) (stop >> 1));
        if ((stop & 1) != 0) {
            to.octets(REPLACEMENT, 0, REPLACEMENT.length);
        }
    }

    private static void skipValues(ByteReader content, int kind, long values) {
        for (long i = 0; i < values; i++) {
            if (kind == StructKind.JSON) {
                content.skipBuffer();
            } else {
                AnyValue.skip(content);
            }
        }
    }
}
