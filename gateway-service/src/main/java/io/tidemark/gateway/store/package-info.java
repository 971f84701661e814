/** Where stored responses are kept: in this process, in the region's Redis, or in both. */
@NullMarked
package io.tidemark.gateway.store;

import org.jspecify.annotations.NullMarked;
