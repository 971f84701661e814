package io.tidemark.local.backends;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Sees to it that nothing outlives this JVM, however it ends: a shell in a session of its own, deaf to the signals of
 * a terminal, that reads from a pipe which this JVM alone holds open. At the end of the pipe it kills what is still
 * registered and deletes what was temporary. Thread-safe.
 */
final class Watchdog {
    private static final String SCRIPT = """
        trap '' INT TERM HUP
        pids=' ' labels= folders=
        while read -r verb what; do
          case $verb in
            watch) pids="$pids$what " ;;
            forget) pids=$(printf '%s' "$pids" | sed "s/ $what / /") ;;
            label) labels="$labels $what" ;;
            folder) folders="$folders$what:" ;;
          esac
        done
        for pid in $pids; do kill -9 -- "-$pid" || kill -9 "$pid"; done 2>/dev/null
        for label in $labels; do
          ids=$(docker ps -aq --filter "label=$label") && [ -n "$ids" ] && docker rm -fv $ids
        done >/dev/null 2>&1
        IFS=:
        for folder in $folders; do rm -rf -- "$folder"; done
        """;
    private static final Watchdog INSTANCE = new Watchdog();

    /** Carried by the containers that end with this JVM. */
    static final String LABEL = "io.tidemark.owner";

    private final OutputStream pipe;
    private final String owner = UUID.randomUUID().toString();
    private boolean ownsContainers;

    private Watchdog() {
        try {
            Process shell = new ProcessBuilder(OwnSession.command("sh", "-c", SCRIPT))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            pipe = shell.getOutputStream();
        } catch (IOException e) {
            throw new BackendFailedException("could not start the watchdog (sh)", e);
        }
    }

    static Watchdog get() {
        return INSTANCE;
    }

    /** Kills the process, and its group if it leads one, when this JVM ends. */
    void watch(long pid) {
        say("watch " + pid);
    }

    void forget(long pid) {
        say("forget " + pid);
    }

    /** Deletes the folder when this JVM ends. */
    void deleteAtEnd(Path folder) {
        if (folder.getNameCount() < 2 || folder.toString().contains(":")) {
            throw new IllegalArgumentException(folder + " is no temporary folder");
        }
        say("folder " + folder.toAbsolutePath());
    }

    /** The value of {@link #LABEL} for a container that is to be removed when this JVM ends. */
    synchronized String owner() {
        if (!ownsContainers) {
            say("label " + LABEL + "=" + owner);
            ownsContainers = true;
        }
        return owner;
    }

    private synchronized void say(String line) {
        try {
            pipe.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            pipe.flush();
        } catch (IOException e) {
            throw new BackendFailedException("the watchdog is gone", e);
        }
    }
}
