/** Health and metrics. */
@NullMarked
package io.tidemark.writequeue.ops;

import org.jspecify.annotations.NullMarked;
