package io.tidemark.gateway.documents.store;

/** What a future has that is waited for and says nothing. */
public enum Done {
    DONE
}
