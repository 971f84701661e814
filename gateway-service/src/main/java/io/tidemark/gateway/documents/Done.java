package io.tidemark.gateway.documents;

/** What a future has that is waited for and says nothing. */
enum Done {
    DONE
}
