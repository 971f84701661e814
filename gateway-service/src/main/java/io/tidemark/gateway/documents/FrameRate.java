package io.tidemark.gateway.documents;

import java.time.Duration;

/** How fast a client may send: so much in a second, and what it did not use in the last ten. For one thread at a time. */
final class FrameRate {
    private static final int SECONDS = 10;
    private static final double SECOND = Duration.ofSeconds(1).toNanos();

    private final long framesPerSecond;
    private final long octetsPerSecond;
    private double frames;
    private double octets;
    private long at;

    /** @param now of a monotonic clock, in nanoseconds */
    FrameRate(long framesPerSecond, long octetsPerSecond, long now) {
        this.framesPerSecond = framesPerSecond;
        this.octetsPerSecond = octetsPerSecond;
        this.frames = (double) SECONDS * framesPerSecond;
        this.octets = (double) SECONDS * octetsPerSecond;
        this.at = now;
    }

    /** Whether a frame is within it. */
    boolean take(int length, long now) {
        double passed = (now - at) / SECOND;
        at = now;
        frames = Math.min((double) SECONDS * framesPerSecond, frames + passed * framesPerSecond) - 1;
        octets = Math.min((double) SECONDS * octetsPerSecond, octets + passed * octetsPerSecond) - length;
        return frames >= 0 && octets >= 0;
    }
}
