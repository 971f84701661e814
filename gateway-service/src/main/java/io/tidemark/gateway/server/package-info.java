/** The connection from the client: who is at its other end, what was asked for, and which of it is believed. */
@NullMarked
package io.tidemark.gateway.server;

import org.jspecify.annotations.NullMarked;
