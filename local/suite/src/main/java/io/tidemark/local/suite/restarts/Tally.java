package io.tidemark.local.suite.restarts;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** What clients saw, by what they did. Thread-safe. */
final class Tally {
    private static final int SHOWN = 20;

    private final Map<String, LongAdder> sent = new ConcurrentSkipListMap<>();
    private final Map<String, LongAdder> failed = new ConcurrentSkipListMap<>();
    private final LongAdder withoutReceipt = new LongAdder();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();

    void answered(String what) {
        count(sent, what);
    }

    /** A request without the answer that it should have had. */
    void failed(String what, String why) {
        count(sent, what);
        count(failed, what);
        if (failures.size() < SHOWN) {
            failures.add(what + ": " + why);
        }
    }

    /** A purge whose receipt was not complete before its time. */
    void timedOut(String what, String said) {
        count(sent, what);
        withoutReceipt.increment();
        if (failures.size() < SHOWN) {
            failures.add(what + ", no receipt: " + said);
        }
    }

    private static void count(Map<String, LongAdder> counts, String what) {
        counts.computeIfAbsent(what, _ -> new LongAdder()).increment();
    }

    long requests() {
        return sum(sent);
    }

    long failures() {
        return sum(failed);
    }

    long receiptsTimedOut() {
        return withoutReceipt.sum();
    }

    private static long sum(Map<String, LongAdder> counts) {
        return counts.values().stream().mapToLong(LongAdder::sum).sum();
    }

    void print(PrintStream out) {
        out.printf(Locale.ROOT, "%-36s %10s %8s%n", "what clients did", "requests", "failed");
        sent.forEach((what, count) -> out.printf(
                Locale.ROOT,
                "%-36s %10d %8d%n",
                what,
                count.sum(),
                failed.getOrDefault(what, new LongAdder()).sum()));
        List.copyOf(failures).forEach(out::println);
    }
}
