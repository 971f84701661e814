package io.tidemark.invalidation.receipts;

/**
 * The rules of the purge protocol that this side holds. The service holds all of them; a simulation takes one away to
 * show that it is needed. The fourth, that a lease is longer than a gateway's fence, is the lease's duration itself.
 */
public enum Rule {
    /** A purge is complete only after the watermarks were read up to their end as of after it was appended. */
    READ_BARRIER,
    /** A gateway whose lease ran out is left out only after the watermarks were read up to their end as of then. */
    READ_BEFORE_EXCLUDE,
    /** Every gateway found in the topic at the start counts as alive until a lease has passed. */
    START_WITH_LEASES
}
