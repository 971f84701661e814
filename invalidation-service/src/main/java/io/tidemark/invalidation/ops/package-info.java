/** What operators see: metrics. */
@NullMarked
package io.tidemark.invalidation.ops;

import org.jspecify.annotations.NullMarked;
