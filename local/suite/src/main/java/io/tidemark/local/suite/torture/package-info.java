/** {@code ./run torture}: what the write queue promises, while its processes and its origin are killed all the time. */
@NullMarked
package io.tidemark.local.suite.torture;

import org.jspecify.annotations.NullMarked;
