package io.tidemark.gateway.purge;

/**
 * Remembers up to which change of the ledger one stored response was found valid, so that the next question costs one
 * comparison. Kept beside the stored response, in memory only; one memo belongs to one {@code filledAt}: a freshened
 * response gets a new memo. Open so that what is kept beside the response can be the memo too. Thread-safe.
 */
public class PurgeMemo {
    static final long NEVER = -1;

    private volatile long validThrough = NEVER;

    long validThrough() {
        return validThrough;
    }

    void validThrough(long head) {
        validThrough = head;
    }
}
