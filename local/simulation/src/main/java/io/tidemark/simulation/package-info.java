/**
 * The purge protocol as a deterministic simulation: the real ledger, fence, memo, local store and receipts, in worlds
 * whose log, heartbeats, clock, origin and faults a seed decides.
 */
@NullMarked
package io.tidemark.simulation;

import org.jspecify.annotations.NullMarked;
