/** What is known of each write, in Redis: a view of the write log, and the record of idempotency keys. */
@NullMarked
package io.tidemark.writequeue.status;

import org.jspecify.annotations.NullMarked;
