package io.tidemark.local.suite.chaos;

import io.tidemark.local.suite.launcher.Duty;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/**
 * Tries all duties again and again, each for itself, from its making to its {@link #close}, and knows since when each has been done
 * without a failure. Thread-safe.
 */
final class DutyWatch implements AutoCloseable {
    private static final Duration BETWEEN = Duration.ofMillis(250);

    private final long began = System.nanoTime();
    private final Map<Duty, List<Try>> tries = new EnumMap<>(Duty.class);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /** When it began, and ended, since the watch did; not yet: negative. What stood in the way; empty: nothing. */
    private record Try(long beganMs, long endedMs, String fault) {
        boolean isDone() {
            return endedMs >= 0 && fault.isEmpty();
        }
    }

    DutyWatch() {
        for (Duty duty : Duty.values()) {
            List<Try> all = new CopyOnWriteArrayList<>();
            tries.put(duty, all);
            threads.execute(() -> repeat(duty, all));
        }
    }

    private void repeat(Duty duty, List<Try> all) {
        try {
            while (!threads.isShutdown()) {
                long from = now();
                Try open = new Try(from, -1, "no answer");
                all.add(open);
                String fault = duty.tried();
                all.set(all.indexOf(open), new Try(from, now(), fault));
                Thread.sleep(BETWEEN);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private long now() {
        return Duration.ofNanos(System.nanoTime() - began).toMillis();
    }

    /** Milliseconds from the watch's begin until the duty was done again and has not failed since; negative: it is not. */
    long doneSinceMs(Duty duty) {
        List<Try> all = of(duty);
        long lastFault = all.stream()
                .filter(each -> !each.isDone() && !isFresh(each))
                .mapToLong(Try::beganMs)
                .max()
                .orElse(-1);
        return all.stream()
                .filter(each -> each.isDone() && each.beganMs() > lastFault)
                .mapToLong(Try::endedMs)
                .min()
                .orElse(-1);
    }

    /** One under way that is not late yet says nothing. */
    private boolean isFresh(Try each) {
        return each.endedMs() < 0 && now() - each.beganMs() < 1000;
    }

    private List<Try> of(Duty duty) {
        return Objects.requireNonNull(tries.get(duty));
    }

    /** Whether each duty was done again within the time, and has not failed since. */
    boolean isDoneWithin(Duration limit) {
        return Arrays.stream(Duty.values())
                .mapToLong(this::doneSinceMs)
                .allMatch(since -> since >= 0 && since <= limit.toMillis());
    }

    /** Each duty with its time, and its last fault. */
    String summary() {
        return Arrays.stream(Duty.values()).map(this::summary).collect(Collectors.joining(", "));
    }

    private String summary(Duty duty) {
        List<Try> failed = of(duty).stream()
                .filter(each -> !each.isDone() && !isFresh(each))
                .toList();
        long since = doneSinceMs(duty);
        String text = duty.label() + (since < 0 ? " not" : " after " + since + " ms");
        return failed.isEmpty()
                ? text
                : text + " (" + failed.size() + " failed, the last at "
                        + failed.getLast().beganMs() + " ms: "
                        + failed.getLast().fault() + ")";
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
