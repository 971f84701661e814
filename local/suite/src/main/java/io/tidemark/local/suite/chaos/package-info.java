/** {@code ./run chaos}: what is broken under load, and what clients see of it. */
@NullMarked
package io.tidemark.local.suite.chaos;

import org.jspecify.annotations.NullMarked;
