package io.tidemark.gateway.overload;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Waits for a client to read on, and gives it up after {@link OutputLimits#patience}, which may become less meanwhile. For one
 * event loop only.
 */
final class Patience {
    private static final long LOOK_MILLIS = 500;

    private final EventExecutor loop;
    private final OutputLimits limits;
    private final Runnable giveUp;
    private long since;
    private @Nullable ScheduledFuture<?> next;

    Patience(EventExecutor loop, OutputLimits limits, Runnable giveUp) {
        this.loop = loop;
        this.limits = limits;
        this.giveUp = giveUp;
    }

    void begin() {
        since = System.nanoTime();
        lookLater();
    }

    void end() {
        if (next != null) {
            next.cancel(false);
            next = null;
        }
    }

    private void lookLater() {
        next = loop.schedule(this::look, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        if (System.nanoTime() - since < limits.patience().toNanos()) {
            lookLater();
        } else {
            next = null;
            limits.gaveUp();
            giveUp.run();
        }
    }
}
