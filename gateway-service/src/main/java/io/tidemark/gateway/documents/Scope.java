package io.tidemark.gateway.documents;

/** What a client may do with a document. */
enum Scope {
    READ,
    EDIT
}
