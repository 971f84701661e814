/** Documents as the edge tells the origin of them. */
@NullMarked
package io.tidemark.originstub.documents;

import org.jspecify.annotations.NullMarked;
