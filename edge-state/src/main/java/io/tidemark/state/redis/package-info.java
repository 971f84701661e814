/** Calls to the Redis that keeps the state of a region, and scripts there. */
@NullMarked
package io.tidemark.state.redis;

import org.jspecify.annotations.NullMarked;
