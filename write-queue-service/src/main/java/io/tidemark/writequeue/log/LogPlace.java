package io.tidemark.writequeue.log;

/** Where a record is in its log. */
public record LogPlace(int partition, long offset) {
    /** Reads what {@link #toString} has written. */
    public static LogPlace parse(String text) {
        int colon = text.indexOf(':');
        return new LogPlace(Integer.parseInt(text.substring(0, colon)), Long.parseLong(text.substring(colon + 1)));
    }

    @Override
    public String toString() {
        return partition + ":" + offset;
    }
}
