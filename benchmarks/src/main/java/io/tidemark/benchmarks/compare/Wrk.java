package io.tidemark.benchmarks.compare;

import io.tidemark.local.backends.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The load: wrk with one thread, which leaves the rest of the machine to the server. */
final class Wrk {
    private static final Pattern RESULT =
            Pattern.compile("RESULT requests=(\\d+) micros=(\\d+) p50=(\\d+) p99=(\\d+) bad=(\\d+)");

    /**
     * What it saw.
     *
     * @param micros how long it lasted
     * @param p50Micros latency
     * @param p99Micros latency
     * @param bad answers with a status from 400 on, and failed or timed out requests
     */
    record Result(long requests, long micros, long p50Micros, long p99Micros, long bad) {}

    private final String wrk;
    private final Path script;
    private final Path work;
    private int runs;

    Wrk(String wrk, Path script, Path work) {
        this.wrk = wrk;
        this.script = script;
        this.work = work;
    }

    Result run(Server server, List<String> arguments, int connections, Duration duration) throws InterruptedException {
        Path output = work.resolve("wrk-" + runs++ + ".out");
        List<String> command = new ArrayList<>(List.of(
                wrk,
                "-t1",
                "-c" + connections,
                "-d" + duration.toSeconds() + "s",
                "--timeout",
                "5s",
                "-s",
                script.toString(),
                server.url(),
                "--"));
        command.addAll(arguments);
        ChildProcess process = ChildProcess.start("wrk", command, Map.of(), output);
        try {
            process.onExit().get(duration.toSeconds() + 15, TimeUnit.SECONDS);
            Matcher result = RESULT.matcher(Files.readString(output));
            if (result.find()) {
                return new Result(
                        number(result, 1), number(result, 2), number(result, 3), number(result, 4), number(result, 5));
            }
        } catch (TimeoutException | ExecutionException | IOException e) {
            process.kill();
        }
        throw new IllegalStateException("wrk gave no result:\n" + process.lastLogLines(10));
    }

    private static long number(Matcher matcher, int group) {
        return Long.parseLong(matcher.group(group));
    }
}
