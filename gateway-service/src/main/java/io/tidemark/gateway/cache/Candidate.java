package io.tidemark.gateway.cache;

/** A stored response of the request's key, and what the purges say of it. */
public record Candidate(StoredResponse response, PurgeVerdict verdict) {}
