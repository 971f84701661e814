package io.tidemark.local.suite;

import java.io.PrintStream;
import java.util.Locale;

/** What the launcher prints: lines with the seconds since its start, without colours. Thread-safe. */
final class Progress {
    private static final double NANOS_PER_SECOND = 1e9;

    private final PrintStream out;
    private final long begin = System.nanoTime();

    Progress(PrintStream out) {
        this.out = out;
    }

    synchronized void say(String line) {
        double seconds = (System.nanoTime() - begin) / NANOS_PER_SECOND;
        out.println(String.format(Locale.ROOT, "%7.1f s  %s", seconds, line));
        out.flush();
    }

    synchronized void plain(String text) {
        out.println(text);
        out.flush();
    }
}
