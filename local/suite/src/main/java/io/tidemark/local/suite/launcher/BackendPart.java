package io.tidemark.local.suite.launcher;

import io.tidemark.local.backends.Backend;
import io.tidemark.local.backends.BackendFailedException;
import io.tidemark.local.suite.machine.PartFailedException;

/** A Redis or a Kafka as a part of the suite. */
record BackendPart(Backend backend) implements Part {
    @Override
    public String name() {
        return backend.name();
    }

    @Override
    public String address() {
        return "127.0.0.1:" + backend.port();
    }

    @Override
    public int[] ports() {
        return new int[] {backend.port()};
    }

    @Override
    public void start() {
        try {
            backend.start();
        } catch (BackendFailedException e) {
            throw new PartFailedException(e.getMessage(), e);
        }
    }

    @Override
    public void stop() {
        backend.stop();
        backend.close();
    }

    @Override
    public boolean isRunning() {
        return backend.isRunning();
    }

    @Override
    public String lastLogLines(int count) {
        return backend.lastLogLines(count);
    }

    @Override
    public String process() {
        return backend.process();
    }
}
