/** The write log, {@code tidemark.writes}, and the log of dead letters: what is in them is never lost. */
@NullMarked
package io.tidemark.writequeue.log;

import org.jspecify.annotations.NullMarked;
