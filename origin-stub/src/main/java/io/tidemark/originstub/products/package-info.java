/** Products: any id exists, each can be changed. */
@NullMarked
package io.tidemark.originstub.products;

import org.jspecify.annotations.NullMarked;
