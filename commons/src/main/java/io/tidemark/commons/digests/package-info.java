/** Digests of what is too long, or is nobody's business, to be written out. */
@NullMarked
package io.tidemark.commons.digests;

import org.jspecify.annotations.NullMarked;
