package io.tidemark.simulation;

import java.util.Locale;

/** The rules of the purge protocol. A world without one of them is wired here, never in the services. */
enum Guard {
    /** A fill carries the watermark of when its request was sent, not of when its answer came. */
    POSITION_AT_SEND,
    /** A request joins a fill only if that fill's position still stands. */
    FOLLOWER_CHECK,
    /** A response from the shared store is checked like a local one. */
    SHARED_CHECK,
    /** The memo counts only while it equals the ledger's head. */
    MEMO_BY_HEAD,
    /** A 304 freshens with the watermark of when the conditional request was sent. */
    FRESHEN_AT_SEND,
    /** Without an acknowledged heartbeat for a while the cache is not trusted. */
    FENCE,
    /** The fence is tested at each read, not by a timer that a pause delays. */
    FENCE_AT_READ,
    /** The fence counts from the sending of the last acknowledged heartbeat, not from its acknowledgement. */
    FENCE_FROM_SEND,
    /** Who was fenced at any moment replays to the log's end as of the acknowledgement before it trusts its cache. */
    REJOIN_AFTER_FENCE,
    /** The service's lease is longer than the gateway's fence. */
    LEASE_LONGER,
    /** Complete is said only after the watermarks were read up to their end as of after the purge. */
    READ_BARRIER,
    /** A gateway whose lease ran out is left out only after the watermarks were read up to their end as of then. */
    READ_BEFORE_EXCLUDE,
    /** A restarted service takes every gateway in the topic for alive until a lease has passed. */
    START_WITH_LEASES;

    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
