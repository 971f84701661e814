/**
 * What the gateway holds for clients and origins, how much that may be, and what is refused past it: one budget of bytes for
 * the process, limits for each listener and each client.
 */
@NullMarked
package io.tidemark.gateway.overload;

import org.jspecify.annotations.NullMarked;
