package io.tidemark.gateway.documents;

import org.jspecify.annotations.Nullable;

/**
 * What a client may do with a document.
 *
 * @param edits whether it may edit, or only read
 * @param user whose client it is, as far as that was verified; null if nobody knows
 */
record Scope(boolean edits, @Nullable String user) {}
