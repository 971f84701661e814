/** What is said on a connection about a document, and how the two kinds of clients lay it out. */
@NullMarked
package io.tidemark.documents.dialect;

import org.jspecify.annotations.NullMarked;
