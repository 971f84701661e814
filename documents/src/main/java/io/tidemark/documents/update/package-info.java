/** Updates of documents: merged, compared and compacted as bytes, in any order, without a document. */
@NullMarked
package io.tidemark.documents.update;

import org.jspecify.annotations.NullMarked;
