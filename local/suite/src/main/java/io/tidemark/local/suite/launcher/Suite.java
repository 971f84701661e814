package io.tidemark.local.suite.launcher;

import io.tidemark.local.suite.machine.PartFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The running suite. A part that ends by itself is reported with the last lines of its log and started again, after a
 * pause that doubles while it keeps failing; the others go on.
 */
public final class Suite {
    private static final int LOG_LINES = 10;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);
    private static final Duration WATCH_INTERVAL = Duration.ofMillis(250);

    private static final ExecutorService STARTING = Executors.newVirtualThreadPerTaskExecutor();

    private final SuiteParts parts;
    private final Path processes;
    private final Progress progress;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<String> held = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    public Suite(SuiteParts parts, Path processes, Progress progress) {
        this.parts = parts;
        this.processes = processes;
        this.progress = progress;
    }

    /** Starts all parts, in their order; returns once every one answers, and watches them from then on. */
    public void start() {
        startGroup(parts.backends());
        startGroup(parts.services());
        writeProcesses();
        for (Part part : parts.all()) {
            threads.execute(() -> watch(part));
        }
    }

    private void startGroup(List<Part> group) {
        startAll(group, part -> progress.say(part.name() + " answers at " + part.address()));
    }

    /** Starts all at the same time; returns once each answers. */
    public static void startAll(List<? extends Part> group) {
        startAll(group, _ -> {});
    }

    private static void startAll(List<? extends Part> group, Consumer<Part> started) {
        List<Future<?>> starts = new ArrayList<>();
        for (Part part : group) {
            starts.add(STARTING.submit(() -> {
                part.start();
                started.accept(part);
            }));
        }
        starts.forEach(Suite::await);
    }

    private static void await(Future<?> start) {
        try {
            start.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof PartFailedException failed
                    ? failed
                    : new PartFailedException("a part did not start: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PartFailedException("interrupted while the suite started", e);
        }
    }

    /** Does not start the part again when it ends, until {@link #release}. */
    public void hold(Part part) {
        held.add(part.name());
    }

    public void release(Part part) {
        held.remove(part.name());
    }

    private void watch(Part part) {
        Duration pause = FIRST_PAUSE;
        try {
            while (!stopping) {
                Thread.sleep(WATCH_INTERVAL);
                if (stopping || part.isRunning() || held.contains(part.name())) {
                    continue;
                }
                progress.say(part.name() + " has ended; its last lines:\n"
                        + part.lastLogLines(LOG_LINES).indent(4).stripTrailing());
                Thread.sleep(pause);
                if (!stopping) {
                    pause = restart(part, pause);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns the pause before the next restart. */
    private Duration restart(Part part, Duration pause) {
        long begin = System.nanoTime();
        try {
            part.start();
            writeProcesses();
            progress.say(part.name() + " answers again, "
                    + Duration.ofNanos(System.nanoTime() - begin).toMillis() + " ms after its restart");
            return FIRST_PAUSE;
        } catch (PartFailedException e) {
            if (!stopping) {
                progress.say(String.valueOf(e.getMessage()));
            }
            Duration longer = pause.multipliedBy(2);
            return longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
        }
    }

    /** Written whole and moved into place, so that a reader never sees half of it. */
    private synchronized void writeProcesses() {
        String lines = parts.all().stream()
                .map(part -> part.name() + " " + part.process() + "\n")
                .collect(Collectors.joining());
        try {
            Path draft = processes.resolveSibling("processes.new");
            Files.writeString(draft, lines);
            Files.move(draft, processes, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new PartFailedException("could not write " + processes, e);
        }
    }

    /** Stops all parts: what takes requests first, what keeps data last. */
    public void stop() {
        stopping = true;
        stopAll(parts.services().reversed());
        stopAll(parts.backends().reversed());
    }

    private void stopAll(List<Part> group) {
        List<Future<?>> stops = new ArrayList<>();
        for (Part part : group) {
            stops.add(threads.submit(part::stop));
        }
        for (Future<?> stop : stops) {
            try {
                stop.get();
            } catch (ExecutionException e) {
                progress.say("a part did not stop cleanly: " + e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
