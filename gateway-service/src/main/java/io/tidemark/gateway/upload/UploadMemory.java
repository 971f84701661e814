package io.tidemark.gateway.upload;

import io.tidemark.gateway.overload.Account;
import io.tidemark.gateway.overload.HeldBytes;
import io.tidemark.gateway.overload.HeldFor;
import java.util.concurrent.atomic.AtomicLong;

/** What the uploads that are under way have in memory, all together; part of what the gateway holds. Thread-safe. */
final class UploadMemory {
    private final long most;
    private final AtomicLong used = new AtomicLong();

    private final Account account;

    /** @param most in bytes, for the beginnings that are collected */
    UploadMemory(long most, HeldBytes bytes) {
        this.most = most;
        this.account = bytes.account(HeldFor.CONTENTS);
    }

    /** Takes so many bytes if there is room. */
    boolean takeIfFree(long bytes) {
        if (used.addAndGet(bytes) <= most && account.tryHold(bytes)) {
            return true;
        }
        used.addAndGet(-bytes);
        return false;
    }

    void take(long bytes) {
        used.addAndGet(bytes);
        account.hold(bytes);
    }

    void give(long bytes) {
        used.addAndGet(-bytes);
        account.release(bytes);
    }

    long used() {
        return used.get();
    }
}
