/** {@code ./run siege}: clients that mean harm, and what others notice of them. */
@NullMarked
package io.tidemark.local.suite.siege;

import org.jspecify.annotations.NullMarked;
