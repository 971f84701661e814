/** Fills: one call to an origin for all who ask for the same thing, its answer streamed to each and stored. */
@NullMarked
package io.tidemark.gateway.fill;

import org.jspecify.annotations.NullMarked;
