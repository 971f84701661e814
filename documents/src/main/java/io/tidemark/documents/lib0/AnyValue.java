package io.tidemark.documents.lib0;

/** A value of type "any", passed over by its lengths and never interpreted. */
public final class AnyValue {
    /** Arrays and objects within each other. Clients read them by recursion. */
    public static final int MAX_DEPTH = Json.MAX_DEPTH;

    /** What an object begins with. */
    public static final int OBJECT = 118;

    private AnyValue() {}

    /** Passes over one value. */
    public static void skip(ByteReader reader) {
        skip(reader, 0);
    }

    private static void skip(ByteReader reader, int depth) {
        if (depth > MAX_DEPTH) {
            throw reader.malformed("values nested too deep");
        }
        switch (reader.octet()) {
            case 127, 126, 121, 120 -> {} // undefined, null, false, true
            case 125 -> reader.skipSigned();
            case 124 -> reader.skip(Float.BYTES);
            case 123, 122 -> reader.skip(Long.BYTES); // a double, a big integer
            case 119 -> reader.skipString();
            case OBJECT -> {
                int members = reader.count(2);
                for (int i = 0; i < members; i++) {
                    reader.skipString();
                    skip(reader, depth + 1);
                }
            }
            case 117 -> {
                int values = reader.count(1);
                for (int i = 0; i < values; i++) {
                    skip(reader, depth + 1);
                }
            }
            case 116 -> reader.skipBuffer();
            default -> throw reader.malformed("no known type of a value");
        }
    }
}
