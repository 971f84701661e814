/** The purge log as this gateway reads it, asks it and writes to it, and what it tells others of that. */
@NullMarked
package io.tidemark.gateway.log;

import org.jspecify.annotations.NullMarked;
