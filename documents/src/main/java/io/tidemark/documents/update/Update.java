package io.tidemark.documents.update;

import io.tidemark.documents.lib0.ByteReader;
import io.tidemark.documents.lib0.ByteWriter;
import io.tidemark.documents.lib0.MalformedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An edit, several, or a whole document, as Yjs (format v1) sends it. Applied in any order and any number of times, updates give
 * the same document, so that they can be stored, merged and compared as bytes. There is none that a client could not read.
 * Immutable; neither array that goes in or comes out may be changed.
 */
public final class Update {
    /** Of which nothing comes. */
    public static final Update EMPTY = read(new byte[] {0, 0});

    private final byte[] bytes;
    private final int deletesAt;
    private final StateVector vector;
    private final boolean whole;

    private Update(byte[] bytes, int deletesAt, StateVector vector, boolean whole) {
        this.bytes = bytes;
        this.deletesAt = deletesAt;
        this.vector = vector;
        this.whole = whole;
    }

    /**
     * Checks all of it, in one pass that allocates nothing for each struct.
     *
     * @param bytes kept as they are, unless clients are not in the order that Yjs writes them in
     * @throws MalformedException if a client could not read it, or more follows it
     */
    public static Update read(byte[] bytes) {
        StructCursor cursor = new StructCursor(bytes);
        TreeMap<Long, Long> clocks = new TreeMap<>(Collections.reverseOrder());
        List<Section> sections = new ArrayList<>();
        boolean sorted = true;
        boolean whole = true;
        boolean counting = false;
        long client = -1;
        long known = 0;
        while (cursor.next()) {
            if (cursor.startsSection()) {
                if (known > 0) {
                    clocks.put(client, known);
                }
                sorted &= sections.isEmpty() || cursor.client() < client;
                client = cursor.client();
                sections.add(new Section(client, cursor.sectionAt()));
                known = 0;
                counting = cursor.clock() == 0;
                whole &= counting;
            }
            if (cursor.kind() == StructKind.SKIP) {
                counting = false;
                whole = false;
            } else if (counting) {
                known = cursor.endClock();
            }
        }
        if (known > 0) {
            clocks.put(client, known);
        }
        ByteReader reader = cursor.reader();
        int deletesAt = reader.at();
        DeleteSet.check(reader);
        if (reader.remaining() > 0) {
            throw reader.malformed("more than an update");
        }
        byte[] ordered = sorted ? bytes : inOrder(bytes, sections, deletesAt);
        return new Update(ordered, deletesAt, new StateVector(clocks), whole);
    }

    /** A client's structs within an update. */
    private record Section(long client, int at) {}

    private static byte[] inOrder(byte[] bytes, List<Section> sections, int deletesAt) {
        ByteWriter writer = new ByteWriter(bytes.length);
        writer.octets(bytes, 0, sections.getFirst().at());
        long last = -1;
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < sections.size(); i++) {
            order.add(i);
        }
        order.sort(Comparator.comparingLong((Integer i) -> sections.get(i).client())
                .reversed());
        for (int i : order) {
            Section section = sections.get(i);
            if (section.client() == last) {
                throw new MalformedException("client that is there twice", section.at());
            }
            last = section.client();
            int end = i + 1 < sections.size() ? sections.get(i + 1).at() : deletesAt;
            writer.octets(bytes, section.at(), end);
        }
        return writer.octets(bytes, deletesAt, bytes.length).toByteArray();
    }

    /** All of them as one: what applying it gives is what applying each gives. What lies between them is left out as a gap. */
    public static Update merge(Collection<Update> updates) {
        return switch (updates.size()) {
            case 0 -> EMPTY;
            case 1 -> updates.iterator().next();
            default -> read(Merge.of(updates.stream().map(Update::bytes).toList(), deletes(updates)));
        };
    }

    private static DeleteSet deletes(Collection<Update> updates) {
        return DeleteSet.merge(updates.stream()
                .filter(Update::deletesSomething)
                .map(Update::deletes)
                .toList());
    }

    private boolean deletesSomething() {
        return bytes[deletesAt] != 0;
    }

    private ByteReader deletes() {
        return new ByteReader(bytes, deletesAt, bytes.length);
    }

    /** What who knows {@code known} lacks. All deletions are in it: no vector tells of those. */
    public Update since(StateVector known) {
        return known.clocks().isEmpty() ? this : read(Difference.of(bytes, deletesAt, known));
    }

    /**
     * The same document without the content that was deleted, of which only the length stays, and with what was typed in one go
     * as one struct. Names and keys stay, and so do types, as others hang on them.
     */
    public Update compacted() {
        return read(Compaction.of(bytes, DeleteSet.read(deletes())));
    }

    /** Whether all of it, deletions too, is in another. Takes as long as reading both. */
    public boolean isPartOf(Update other) {
        StructCursor cursor = new StructCursor(bytes);
        while (cursor.next()) {
            if (cursor.kind() != StructKind.SKIP && cursor.endClock() > other.vector.clock(cursor.client())) {
                return false;
            }
        }
        return DeleteSet.read(deletes()).isPartOf(DeleteSet.read(other.deletes()));
    }

    /** Its deletions and nothing else: of two that delete the same the octets are the same. No vector tells of them. */
    public Update deletions() {
        ByteWriter writer = new ByteWriter(bytes.length - deletesAt + 1);
        writer.integer(0);
        DeleteSet.read(deletes()).write(writer);
        return read(writer.toByteArray());
    }

    /** What is known to who has applied it and nothing else: of each client what comes before the first gap. */
    public StateVector vector() {
        return vector;
    }

    /** Whether it begins with each client's first clock and leaves out none. */
    public boolean isWhole() {
        return whole;
    }

    /** Whether it changes nothing. */
    public boolean isEmpty() {
        return bytes.length == 2 && bytes[0] == 0 && bytes[1] == 0;
    }

    /** As clients read it. */
    public byte[] bytes() {
        return bytes;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Update update && Arrays.equals(bytes, update.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "Update[" + bytes.length + " octets, " + vector + ']';
    }
}
