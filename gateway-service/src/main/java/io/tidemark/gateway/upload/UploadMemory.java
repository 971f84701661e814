package io.tidemark.gateway.upload;

import java.util.concurrent.atomic.AtomicLong;

/** What the uploads that are under way have in memory, all together. Thread-safe. */
final class UploadMemory {
    private final long most;
    private final AtomicLong used = new AtomicLong();

    /** @param most in bytes, for the beginnings that are collected */
    UploadMemory(long most) {
        this.most = most;
    }

    /** Takes so many bytes if there is room. */
    boolean takeIfFree(long bytes) {
        if (used.addAndGet(bytes) <= most) {
            return true;
        }
        used.addAndGet(-bytes);
        return false;
    }

    void take(long bytes) {
        used.addAndGet(bytes);
    }

    void give(long bytes) {
        used.addAndGet(-bytes);
    }

    long used() {
        return used.get();
    }
}
