/** The page on which a document is edited together. */
@NullMarked
package io.tidemark.originstub.page;

import org.jspecify.annotations.NullMarked;
