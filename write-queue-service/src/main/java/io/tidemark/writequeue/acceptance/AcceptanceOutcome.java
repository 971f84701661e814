package io.tidemark.writequeue.acceptance;

import io.tidemark.writequeue.types.WriteType;

/** What came of a request to write. */
sealed interface AcceptanceOutcome {
    /**
     * It is in the log.
     *
     * @param replayed it was before: the request is a repetition
     */
    record Accepted(String writeId, boolean replayed) implements AcceptanceOutcome {}

    /** The same request is being accepted by somebody else right now. */
    record InProgress() implements AcceptanceOutcome {}

    /** Its idempotency key belongs to another request. */
    record OtherRequest() implements AcceptanceOutcome {}

    /** Its type's queue has reached its depth limit. */
    record QueueFull(WriteType type) implements AcceptanceOutcome {}

    /**
     * Too much was left behind. Nothing was stored.
     *
     * @param byClient whether by this client, or by all
     */
    record QuotaReached(String what, boolean byClient) implements AcceptanceOutcome {}

    /** Its origin is down, and its type does not queue then. */
    record OriginDown(WriteType type) implements AcceptanceOutcome {}

    /** By what the log is now, it may be lost or overtaken. Nothing was stored. */
    record AtRisk(String why) implements AcceptanceOutcome {}

    /** Its record is larger than the log takes. */
    record TooLarge(int largest) implements AcceptanceOutcome {}

    /** A store did not answer. */
    record Unavailable(String store, Fate fate) implements AcceptanceOutcome {}

    /** What becomes of a write that was not accepted. */
    enum Fate {
        /** It is marked: it is never delivered, whatever reached the log, by this request or an earlier one. */
        REFUSED,
        /** This request has stored nothing; what an earlier one with the same key has stored is not known. */
        UNTOUCHED,
        /** It may have been stored, and delivered. */
        UNKNOWN
    }

    /** Its client was erased while the request was under way. Nothing was stored. */
    record Erased() implements AcceptanceOutcome {}
}
