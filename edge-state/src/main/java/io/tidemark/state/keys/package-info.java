/** Secrets with names, several at once, so that one can take the place of another. */
@NullMarked
package io.tidemark.state.keys;

import org.jspecify.annotations.NullMarked;
