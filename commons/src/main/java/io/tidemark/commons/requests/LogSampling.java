package io.tidemark.commons.requests;

/**
 * Which requests are logged in full. It depends on the request id alone, so that every service picks the same ones.
 *
 * @param rate the share of requests, 0 to 1 ({@code tidemark.log.sample-rate})
 */
public record LogSampling(double rate) {
    public LogSampling {
        if (!(rate >= 0 && rate <= 1)) {
            throw new IllegalArgumentException("tidemark.log.sample-rate must be between 0 and 1: " + rate);
        }
    }

    /** Whether the request with this id is logged in full. */
    public boolean includes(String requestId) {
        int hash = requestId.hashCode() * 0x9E3779B9; // spreads ids that differ in their last characters only
        return (hash >>> 8) < rate * (1 << 24);
    }
}
