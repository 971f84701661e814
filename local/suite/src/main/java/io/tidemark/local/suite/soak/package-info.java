/** {@code ./run soak}: the same load for hours, and what grows. */
@NullMarked
package io.tidemark.local.suite.soak;

import org.jspecify.annotations.NullMarked;
