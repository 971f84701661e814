/** The connection from the client: who is at its other end, what was asked for, which of it is believed, and what is no HTTP. */
@NullMarked
package io.tidemark.gateway.server;

import org.jspecify.annotations.NullMarked;
