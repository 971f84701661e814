package io.tidemark.documents.update;

import io.tidemark.documents.lib0.ByteWriter;
import org.jspecify.annotations.Nullable;

/**
 * The structs of an update as they are written, highest client first, each client's by rising clock. Structs that lie beside each
 * other in their source are copied at once. For one thread.
 */
final class Structs {
    private static final int MOST_OF_AN_INTEGER = 9;

    private final ByteWriter sections;
    private final ByteWriter section;
    private final ByteWriter scratch = new ByteWriter(64);
    private int clients;
    private long client;
    private long startClock;
    private long nextClock;
    private int count;
    private @Nullable StructCursor source;
    private int from;
    private int to;

    /** @param capacity octets of the whole that is expected */
    Structs(int capacity) {
        this.sections = new ByteWriter(capacity);
        this.section = new ByteWriter(capacity);
    }

    /** The cursor's struct from a clock on: its own, or one inside it. */
    void from(StructCursor struct, long clock) {
        moveTo(struct.client(), clock);
        if (clock == struct.clock()) {
            if (source == struct && to == struct.at()) {
                to = struct.end();
            } else {
                flush();
                source = struct;
                from = struct.at();
                to = struct.end();
            }
            count++;
            nextClock = struct.endClock();
            return;
        }
        long offset = clock - struct.clock();
        if (struct.kind() == StructKind.COLLECTED || struct.kind() == StructKind.SKIP) {
            length(struct.kind(), struct.length() - offset);
            return;
        }
        scratch.clear();
        Slice.head(struct, offset, struct.kind(), scratch);
        int head = scratch.size();
        Slice.content(struct, offset, struct.length() - offset, scratch);
        piece(struct.kind(), struct.length() - offset, scratch, head, scratch.size());
    }

    /** A struct whose head and content lie beside each other, without how much content there is. */
    private void piece(int kind, long length, ByteWriter parts, int head, int end) {
        flush();
        section.append(parts, 0, head);
        amount(kind, length, end - head);
        section.append(parts, head, end);
        count++;
        nextClock += length;
    }

    /** A struct at a clock, of a head and a content that are given apart. */
    void struct(long ofClient, long clock, int kind, long length, ByteWriter head, ByteWriter content) {
        moveTo(ofClient, clock);
        if (kind == StructKind.COLLECTED) {
            length(kind, length);
            return;
        }
        flush();
        section.append(head);
        amount(kind, length, content.size());
        section.append(content);
        count++;
        nextClock += length;
    }

    private void amount(int kind, long length, int octets) {
        switch (kind) {
            case StructKind.TEXT -> section.integer(octets);
            case StructKind.DELETED, StructKind.JSON, StructKind.ANY -> section.integer(length);
            default -> {} // says so itself
        }
    }

    /** What was written, and the delete set after it. */
    byte[] end(DeleteSet deletes) {
        endSection();
        ByteWriter all = new ByteWriter(sections.size() + deletes.octets() + MOST_OF_AN_INTEGER);
        all.integer(clients).append(sections);
        deletes.write(all);
        return all.toByteArray();
    }

    /** What was written, and the octets of a delete set after it. */
    byte[] end(byte[] bytes, int deletesAt) {
        endSection();
        ByteWriter all = new ByteWriter(sections.size() + bytes.length - deletesAt + MOST_OF_AN_INTEGER);
        return all.integer(clients)
                .append(sections)
                .octets(bytes, deletesAt, bytes.length)
                .toByteArray();
    }

    /** Makes room for a struct at that clock: another client's section, or a skip over what is left out. */
    private void moveTo(long nextClient, long clock) {
        if (count > 0 && nextClient == client) {
            if (clock > nextClock) {
                length(StructKind.SKIP, clock - nextClock);
            }
            return;
        }
        endSection();
        client = nextClient;
        startClock = clock;
        nextClock = clock;
    }

    private void length(int kind, long length) {
        flush();
        section.octet(kind).integer(length);
        count++;
        nextClock += length;
    }

    private void flush() {
        StructCursor copied = source;
        if (copied != null) {
            section.octets(copied.array(), from, to);
            source = null;
        }
    }

    private void endSection() {
        flush();
        if (count > 0) {
            sections.integer(count).integer(client).integer(startClock).append(section);
            section.clear();
            clients++;
            count = 0;
        }
    }
}
