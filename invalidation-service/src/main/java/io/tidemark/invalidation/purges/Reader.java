package io.tidemark.invalidation.purges;

/** Who reads receipts. */
sealed interface Reader {
    /** Whether it may see the purges of this source. */
    boolean sees(String source);

    /** Sees everything. */
    record Operator() implements Reader {
        @Override
        public boolean sees(String source) {
            return true;
        }
    }

    /** Sees the purges of one source. */
    record OfSource(String name) implements Reader {
        @Override
        public boolean sees(String source) {
            return source.equals(name);
        }
    }
}
