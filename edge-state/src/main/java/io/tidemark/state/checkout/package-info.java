/** A purchase in declared steps, of which the last is done once, whatever dies in between. */
@NullMarked
package io.tidemark.state.checkout;

import org.jspecify.annotations.NullMarked;
