/** The write queue tried out: {@code ./run torture}, {@code ./run acceptance}, {@code ./run read-after}. */
@NullMarked
package io.tidemark.local.suite.writes;

import org.jspecify.annotations.NullMarked;
