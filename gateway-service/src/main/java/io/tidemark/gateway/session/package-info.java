/**
 * State of clients at the edge, over HTTP: sessions and their entries, kept by {@code edge-state} in the Redis of the region that made
 * them, and passed to that region by all others.
 */
@NullMarked
package io.tidemark.gateway.session;

import org.jspecify.annotations.NullMarked;
