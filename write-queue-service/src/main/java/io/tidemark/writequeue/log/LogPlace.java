package io.tidemark.writequeue.log;

/** Where a record is in its log. */
public record LogPlace(int partition, long offset) {}
