package io.tidemark.documents.awareness;

import org.jspecify.annotations.Nullable;

/**
 * What a client says of itself.
 *
 * @param clock rises with each thing that it says
 * @param state JSON, passed on as it is; null if the client is gone
 */
public record Presence(long client, long clock, @Nullable String state) {}
