package io.tidemark.documents.update;

/** An update without what a state vector says is known. */
final class Difference {
    private Difference() {}

    static byte[] of(byte[] update, int deletesAt, StateVector known) {
        Structs structs = new Structs(Math.min(update.length, 1 << 16));
        StructCursor cursor = new StructCursor(update);
        long client = -1;
        long from = 0;
        while (cursor.next()) {
            if (cursor.client() != client) {
                client = cursor.client();
                from = known.clock(client);
            }
            if (cursor.endClock() > from && cursor.kind() != StructKind.SKIP) {
                structs.from(cursor, Math.max(from, cursor.clock()));
            }
        }
        return structs.end(update, deletesAt);
    }
}
