/** What became of a request, asked of all gateways. */
@NullMarked
package io.tidemark.invalidation.explanations;

import org.jspecify.annotations.NullMarked;
