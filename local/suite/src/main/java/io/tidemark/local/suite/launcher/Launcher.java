package io.tidemark.local.suite.launcher;

import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.suite.machine.PartFailedException;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/** Runs the suite until it is told to end (Ctrl-C, SIGTERM). Exit status 1: it could not start. */
public final class Launcher {
    private Launcher() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        var progress = new Progress(System.out);
        LauncherOptions options = LauncherOptions.fromSystemProperties();
        SuiteParts parts = SuiteParts.create(options, Wiring.DIRECT);
        TakenPorts.exitIfAny(parts.all(), progress);
        options.emptyFolders();
        progress.say("starting " + parts.all().size() + " processes, Redis and Kafka "
                + (BackendMode.choose() == BackendMode.CONTAINERS ? "as containers" : "as child processes")
                + "; logs in "
                + options.root().relativize(options.logs()));

        var suite = new Suite(parts, options.processes(), progress);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(suite, progress), "stop"));
        try {
            suite.start();
        } catch (PartFailedException e) {
            progress.say(String.valueOf(e.getMessage()));
            System.exit(1);
        }
        progress.plain("ready");
        progress.plain(Tour.text(parts));
        new CountDownLatch(1).await();
    }

    private static void stop(Suite suite, Progress progress) {
        progress.say("stopping");
        suite.stop();
        progress.say("stopped");
    }
}
