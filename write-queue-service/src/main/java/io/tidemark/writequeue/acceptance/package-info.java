/** Writes in: checked, made durable, answered with 202. */
@NullMarked
package io.tidemark.writequeue.acceptance;

import org.jspecify.annotations.NullMarked;
