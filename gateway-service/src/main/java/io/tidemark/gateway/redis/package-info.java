/** What all that talks to Redis shares. */
@NullMarked
package io.tidemark.gateway.redis;

import org.jspecify.annotations.NullMarked;
