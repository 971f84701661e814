/** The queue's part in erasing persons. */
@NullMarked
package io.tidemark.writequeue.erasure;

import org.jspecify.annotations.NullMarked;
