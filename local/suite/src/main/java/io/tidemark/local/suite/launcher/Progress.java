package io.tidemark.local.suite.launcher;

import java.io.PrintStream;
import java.util.Locale;

/** What the launcher prints: lines with the seconds since its start, without colours. Thread-safe. */
public final class Progress {
    private static final double NANOS_PER_SECOND = 1e9;

    private final PrintStream out;
    private final long begin = System.nanoTime();

    public Progress(PrintStream out) {
        this.out = out;
    }

    synchronized void say(String line) {
        double seconds = (System.nanoTime() - begin) / NANOS_PER_SECOND;
        out.println(String.format(Locale.ROOT, "%7.1f s  %s", seconds, line));
        out.flush();
    }

    public synchronized void plain(String text) {
        out.println(text);
        out.flush();
    }
}
