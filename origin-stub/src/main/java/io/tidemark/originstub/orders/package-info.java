/** Orders, the effects of writes in the order of their arrival. */
@NullMarked
package io.tidemark.originstub.orders;

import org.jspecify.annotations.NullMarked;
