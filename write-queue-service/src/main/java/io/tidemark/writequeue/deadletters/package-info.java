/** Writes that were given up: browse, redrive, discard. */
@NullMarked
package io.tidemark.writequeue.deadletters;

import org.jspecify.annotations.NullMarked;
