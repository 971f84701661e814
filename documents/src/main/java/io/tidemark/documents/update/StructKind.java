package io.tidemark.documents.update;

/** What a struct has, by the low five bits of its first octet. Plain numbers: one is looked at for each character typed. */
final class StructKind {
    /** Deleted and collected with all that hung on it: a length. */
    static final int COLLECTED = 0;
    /** Deleted: a length. */
    static final int DELETED = 1;

    static final int JSON = 2;
    static final int BINARY = 3;
    static final int TEXT = 4;
    static final int EMBED = 5;
    static final int FORMAT = 6;
    /** Others may hang on it. */
    static final int TYPE = 7;

    static final int ANY = 8;
    static final int SUBDOCUMENT = 9;
    /** Nothing is known of these clocks: a length. */
    static final int SKIP = 10;

    private StructKind() {}

    /** Whether it can be cut between two clocks. */
    static boolean isDivisible(int kind) {
        return switch (kind) {
            case COLLECTED, DELETED, JSON, TEXT, ANY, SKIP -> true;
            default -> false;
        };
    }

    /** How little it says of its content, for the choice among structs of the same clocks: what is deleted somewhere stays so. */
    static int rank(int kind) {
        return kind == COLLECTED ? 0 : kind == DELETED ? 1 : 2;
    }
}
