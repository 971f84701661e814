/** Writes that pass the gateway: queued behind it, or through it to the origin, with what they purge and refill. */
@NullMarked
package io.tidemark.gateway.write;

import org.jspecify.annotations.NullMarked;
