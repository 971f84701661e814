/** What is kept of documents in the region's Redis: snapshots, edits, owners, marks of erasure, and what is to be done. */
@NullMarked
package io.tidemark.gateway.documents.store;

import org.jspecify.annotations.NullMarked;
