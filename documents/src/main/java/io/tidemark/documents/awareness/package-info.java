/** Who is there, and where their cursor is: states that are never stored. */
@NullMarked
package io.tidemark.documents.awareness;

import org.jspecify.annotations.NullMarked;
