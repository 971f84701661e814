/** Who this gateway is. */
@NullMarked
package io.tidemark.gateway.identity;

import org.jspecify.annotations.NullMarked;
