package io.tidemark.state.configuration;

import io.tidemark.state.erasure.EraserLoop;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/** Starts and stops an eraser with its service. */
public final class EraserLifecycle implements SmartLifecycle {
    private final Supplier<EraserLoop> factory;
    private @Nullable EraserLoop loop;

    public EraserLifecycle(Supplier<EraserLoop> factory) {
        this.factory = factory;
    }

    @Override
    public synchronized void start() {
        if (loop == null) {
            loop = factory.get();
            loop.start();
        }
    }

    @Override
    public synchronized void stop() {
        if (loop != null) {
            loop.close();
            loop = null;
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return loop != null;
    }
}
