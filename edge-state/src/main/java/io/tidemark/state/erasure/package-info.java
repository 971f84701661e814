/** Erasing a person: from every store, and last the key that opens every copy. */
@NullMarked
package io.tidemark.state.erasure;

import org.jspecify.annotations.NullMarked;
