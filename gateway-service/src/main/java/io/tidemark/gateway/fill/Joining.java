package io.tidemark.gateway.fill;

/** What a request does about the call that is under way for its key. */
sealed interface Joining {
    Fill fill();

    /**
     * It makes the call that others may join.
     *
     * @param replaces whether there is another that it could not join, which may hold the region's flag
     */
    record Lead(Fill fill, boolean replaces) implements Joining {}

    /** It waits for another's call. */
    record Follow(Fill fill) implements Joining {}

    /** It waits for another's call, and looks again when the answer's tags are known. */
    record FollowThenVerify(Fill fill) implements Joining {}
}
