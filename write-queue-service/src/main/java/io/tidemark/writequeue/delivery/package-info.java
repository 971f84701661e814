/** Writes out: in order per key, retried, purged when delivered. */
@NullMarked
package io.tidemark.writequeue.delivery;

import org.jspecify.annotations.NullMarked;
