/** Faults on demand: slow, failing, broken off, silent. */
@NullMarked
package io.tidemark.originstub.faults;

import org.jspecify.annotations.NullMarked;
