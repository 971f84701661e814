/**
 * The one way to Redis of each service: what Boot has resolved, said in Redis' own words when it is refused, and found anew after
 * a failover.
 */
@NullMarked
package io.tidemark.commons.redis;

import org.jspecify.annotations.NullMarked;
