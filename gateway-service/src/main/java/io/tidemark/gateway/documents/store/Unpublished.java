package io.tidemark.gateway.documents.store;

import io.tidemark.documents.update.Update;
import java.time.Instant;
import java.util.Map;

/** What the other regions are to be told of a document. */
public sealed interface Unpublished {
    /** There is none. */
    record Nothing() implements Unpublished {}

    /**
     * Some edits, or all of it.
     *
     * @param after the last edit that was told
     * @param upTo the last that is there
     * @param owner the name that stands for whose it is, empty for nobody's
     * @param update empty if all of that came from other regions
     */
    record Edits(String epoch, long after, long upTo, String owner, Update update) implements Unpublished {}

    /**
     * It was erased.
     *
     * @param stores how much was deleted there, by their names
     */
    record Erased(Instant at, Map<String, Long> stores) implements Unpublished {
        public Erased {
            stores = Map.copyOf(stores);
        }
    }
}
