package io.tidemark.invalidation.console;

import java.util.Map;

/** A part of what the page shows. */
interface Part {
    /** Adds what there is now: JSON texts by their keys, of which each has one {@code kind/name}. Must be quick. */
    void addTo(Map<String, String> entries);
}
