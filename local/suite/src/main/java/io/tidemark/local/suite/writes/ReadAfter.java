package io.tidemark.local.suite.writes;

import io.tidemark.local.backends.Folders;
import io.tidemark.local.suite.launcher.LauncherOptions;
import java.io.IOException;

/**
 * {@code ./run read-after}: writes through the write queue and reads of what was written in another region, with the
 * delivery's {@code readAfter}, while that region reads the purge log 2 s late. Exit status 1: a read was older than its
 * write.
 */
public final class ReadAfter {
    private ReadAfter() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        LauncherOptions options = LauncherOptions.fromSystemProperties();
        Folders.delete(options.work());
        ReadAfterRun.Report report =
                new ReadAfterRun(options, options.work(), Integer.getInteger("read-after.pairs", 10_000)).run();
        System.out.println("| | |\n|---|---:|");
        System.out.println("| write → read pairs | " + report.pairs() + " |");
        System.out.println("| reads with readAfter that were older than their write | " + report.old() + " |");
        System.out.println("| the same reads without it, a moment before | " + report.oldWithout() + " |");
        System.out.println("| write → delivered, p50 / p90 / p99 / max ms | " + report.write() + " |");
        System.out.println("| read with readAfter, p50 / p90 / p99 / max ms | " + report.read() + " |");
        System.out.println("| X-Cache-Status of the reads | " + report.statuses() + " |");
        System.out.println("| the log's delay at the end, ms | " + report.delayMillis() + " |");
        boolean kept = report.old() == 0 && report.oldWithout() > 0;
        System.out.println(kept ? "no read was old" : "FAILED");
        System.exit(kept ? 0 : 1);
    }
}
