package io.tidemark.documents.update;

import io.tidemark.documents.lib0.ByteWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** How fast updates are read, merged, compared and compacted: a main to be run by hand, {@code docs/documents.md} says how. */
final class MergeSpeed {
    private static final int CLIENTS = 40;
    private static final long NANOS = 2_000_000_000L;

    private MergeSpeed() {}

    public static void main(String[] arguments) {
        measure("typed letter by letter", typed(1));
        measure("words of 30 letters", typed(30));
    }

    private static void measure(String what, List<Update> edits) {
        long octets = edits.stream().mapToLong(edit -> edit.bytes().length).sum();
        Update whole = Update.merge(edits);
        List<Update> blocks = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            blocks.add(Update.merge(edits.subList(i * edits.size() / 100, (i + 1) * edits.size() / 100)));
        }
        StateVector half = Update.merge(edits.subList(0, edits.size() / 2)).vector();
        System.out.printf("%s: %d edits, %d octets, merged %d%n", what, edits.size(), octets, whole.bytes().length);
        say("merge of edits", octets, () -> Update.merge(edits));
        say("merge of 100 pieces", whole.bytes().length, () -> Update.merge(blocks));
        say("read, with its state vector", whole.bytes().length, () -> Update.read(whole.bytes()));
        say("difference to half of it", whole.bytes().length, () -> whole.since(half));
        say("compaction", whole.bytes().length, whole::compacted);
    }

    private static void say(String what, long octets, Supplier<Update> work) {
        long best = Long.MAX_VALUE;
        for (long end = System.nanoTime() + NANOS; System.nanoTime() < end; ) {
            long begin = System.nanoTime();
            if (work.get().bytes().length == 0) {
                throw new IllegalStateException();
            }
            best = Math.min(best, System.nanoTime() - begin);
        }
        System.out.printf("  %-28s %6.0f MB/s%n", what, octets * 1e3 / best);
    }

    /** Clients that type words of so many letters each, one after another's. */
    private static List<Update> typed(int letters) {
        Random random = new Random(1);
        int[] clocks = new int[CLIENTS];
        List<Update> edits = new ArrayList<>();
        for (int i = 0; i < 200_000; i++) {
            int client = random.nextInt(CLIENTS);
            int clock = clocks[client];
            ByteWriter writer = new ByteWriter(64);
            writer.integer(1).integer(1).integer(1_000_000_000L + client).integer(clock);
            if (clock == 0) {
                writer.octet(4).integer(1).string("text");
            } else {
                writer.octet(0x84).integer(1_000_000_000L + client).integer(clock - 1);
            }
            writer.string("x".repeat(letters)).octet(0);
            clocks[client] += letters;
            edits.add(Update.read(writer.toByteArray()));
        }
        return edits;
    }
}
