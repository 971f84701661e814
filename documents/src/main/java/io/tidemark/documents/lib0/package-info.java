/** How numbers, strings and values are laid out: the encoding that Yjs takes from lib0. */
@NullMarked
package io.tidemark.documents.lib0;

import org.jspecify.annotations.NullMarked;
