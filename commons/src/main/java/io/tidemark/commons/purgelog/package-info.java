/** Publishing to the purge log, and asking for its epoch and its end. */
@NullMarked
package io.tidemark.commons.purgelog;

import org.jspecify.annotations.NullMarked;
