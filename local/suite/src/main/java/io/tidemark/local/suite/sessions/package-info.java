/** Trials of state at the edge: many writers, logout, purchases while gateways die, two users' pages, and what a read costs. */
@NullMarked
package io.tidemark.local.suite.sessions;

import org.jspecify.annotations.NullMarked;
