/** Writes of single persons: sealed wherever they lie, opened to be delivered. */
@NullMarked
package io.tidemark.writequeue.personal;

import org.jspecify.annotations.NullMarked;
