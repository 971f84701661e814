package io.tidemark.gateway.upload;

import java.util.concurrent.TimeUnit;

/**
 * What clients may do.
 *
 * @param collect bytes that are collected before the request goes on, 128 more counted for each piece
 * @param idleNanos how long nothing may come
 * @param idleBehindNanos the same while others wait for the place that this one holds
 * @param bytesPerSecond least rate; 0: any
 */
record UploadLimits(long collect, long idleNanos, long idleBehindNanos, long bytesPerSecond) {
    /** How often a client is looked at within the longest pause that it may make. */
    private static final int LOOKS = 8;

    /** When to look again. */
    long lookNanos() {
        return Math.min(idleNanos, idleBehindNanos) / LOOKS;
    }

    /** What so many bytes are worth. */
    long nanos(int bytes) {
        return bytesPerSecond == 0 ? idleNanos : bytes * TimeUnit.SECONDS.toNanos(1) / bytesPerSecond;
    }
}
