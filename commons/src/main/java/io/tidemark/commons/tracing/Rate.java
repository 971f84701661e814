package io.tidemark.commons.tracing;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** So many a second and no more, all of a second's at once if they come so. Thread-safe. */
public final class Rate {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final long spacing;
    private final LongSupplier nanos;
    private final AtomicLong due; // when the next one may come if the last ones came evenly

    /** @param nanos the monotonic clock */
    public Rate(int perSecond, LongSupplier nanos) {
        this.spacing = SECOND / perSecond;
        this.nanos = nanos;
        this.due = new AtomicLong(nanos.getAsLong() - SECOND);
    }

    /** Whether one more may come now, which counts it. */
    public boolean takes() {
        while (true) {
            long now = nanos.getAsLong();
            long before = due.get();
            long next = Math.max(before - now, -SECOND) + now + spacing;
            if (next - now > 0) {
                return false;
            }
            if (due.compareAndSet(before, next)) {
                return true;
            }
        }
    }
}
