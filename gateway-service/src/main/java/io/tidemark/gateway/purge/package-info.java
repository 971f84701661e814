/**
 * How far this gateway has read the purge log, and what that says of a stored response.
 *
 * <p>{@link io.tidemark.gateway.purge.PurgeView} is what the rest of the gateway asks,
 * {@link io.tidemark.gateway.purge.Purger} what it tells.
 */
@NullMarked
package io.tidemark.gateway.purge;

import org.jspecify.annotations.NullMarked;
