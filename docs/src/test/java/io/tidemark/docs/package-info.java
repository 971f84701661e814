/** The pages are as the code is. */
@NullMarked
package io.tidemark.docs;

import org.jspecify.annotations.NullMarked;
