package io.tidemark.invalidation.receipts;

import io.tidemark.contracts.Watermark;
import org.jspecify.annotations.Nullable;

/** A gateway as its last watermark told it, and the lease that this gave it. */
final class Member {
    private final String instance;
    private Watermark last;
    private long heardAt;
    private long leaseEnds;
    private @Nullable Barrier exclusion;

    Member(String instance, Watermark first, long now, long leaseEnds) {
        this.instance = instance;
        this.last = first;
        this.heardAt = now;
        this.leaseEnds = leaseEnds;
    }

    void heard(Watermark watermark, long now, long leaseEnds) {
        this.last = watermark;
        this.heardAt = now;
        this.leaseEnds = leaseEnds;
        this.exclusion = null;
    }

    String instance() {
        return instance;
    }

    Watermark last() {
        return last;
    }

    String region() {
        return last.region();
    }

    /** Whether its version knows what the erasure of a person is. */
    boolean erasesPersons() {
        return !last.erases().isEmpty();
    }

    long heardAt() {
        return heardAt;
    }

    boolean hasLease(long now) {
        return leaseEnds - now >= 0;
    }

    boolean hadLeaseAt(long moment) {
        return leaseEnds - moment >= 0;
    }

    @Nullable
    Barrier exclusion() {
        return exclusion;
    }

    void excludeAfter(Barrier barrier) {
        exclusion = barrier;
    }

    void askAnewBeforeExclusion() {
        exclusion = null;
    }
}
