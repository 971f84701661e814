/** Reads the purge log, the watermarks and the erasures, and keeps the receipts that follow from them; publishes purges. */
@NullMarked
package io.tidemark.invalidation.log;

import org.jspecify.annotations.NullMarked;
