package io.tidemark.local.suite.soak;

import io.tidemark.local.backends.RedisCommand;
import io.tidemark.local.suite.client.Http;
import io.tidemark.local.suite.machine.Command;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/**
 * What a gateway's process and its Redis hold at a moment.
 *
 * @param heap live bytes after a collection
 * @param direct bytes of direct buffers, the JDK's and Netty's
 * @param resident bytes of the process in memory
 * @param threads platform threads
 * @param files open files, connections among them
 * @param redis bytes that Redis uses
 * @param redisClients connections to Redis
 */
record Footprint(long heap, long direct, long resident, long threads, long files, long redis, long redisClients) {
    static final String HEAD =
            "   at s  heap MB  direct MB  resident MB  threads  open files  redis MB  redis connections";
    private static final long MB = 1 << 20;

    /** Growth of the mean from the first third to the last that still counts as flat: a tenth, and this much. */
    private static final long SLACK_BYTES = 4 * MB;

    /** Free memory that the allocators of the process keep comes and goes in steps of this order. */
    private static final long SLACK_RESIDENT = 16 * MB;

    private static final long SLACK_COUNT = 4;

    /**
     * Takes footprints of one gateway.
     *
     * @param management where its metrics are
     */
    record Probe(String management, long pid, int redisPort) {
        Footprint take() throws IOException, InterruptedException {
            Command.run(
                    Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(pid), "GC.run");
            return new Footprint(
                    metric("jvm.memory.used?tag=area:heap"),
                    metric("jvm.buffer.memory.used?tag=id:direct")
                            + metric("netty.allocator.memory.used?tag=memory.type:direct"),
                    resident(),
                    metric("jvm.threads.live"),
                    metric("process.files.open"),
                    redis("memory", "used_memory"),
                    redis("clients", "connected_clients"));
        }

        /** The sum of a metric's values. */
        long metric(String name) throws IOException, InterruptedException {
            HttpResponse<String> answer = Http.get(management + "/actuator/metrics/" + name);
            if (answer.statusCode() != 200) {
                throw new IOException("no metric " + name + ": " + answer.statusCode());
            }
            return Math.round(
                    Http.json(answer).path("measurements").path(0).path("value").asDouble());
        }

        private long resident() throws IOException {
            for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
                if (line.startsWith("VmRSS:")) {
                    return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
            return 0;
        }

        private long redis(String section, String field) throws IOException {
            String script = "return tonumber(string.match(redis.call('INFO','" + section + "'),'" + field + ":(%d+)'))";
            return Long.parseLong(
                    RedisCommand.send(redisPort, "EVAL", script, "0").substring(1));
        }
    }

    /** What grew from one series to the other. */
    static List<String> growing(List<Footprint> first, List<Footprint> last) {
        List<String> growing = new ArrayList<>();
        compare("heap", Footprint::heap, SLACK_BYTES, first, last, growing);
        compare("direct memory", Footprint::direct, SLACK_BYTES, first, last, growing);
        compare("resident memory", Footprint::resident, SLACK_RESIDENT, first, last, growing);
        compare("threads", Footprint::threads, SLACK_COUNT, first, last, growing);
        compare("open files", Footprint::files, SLACK_COUNT, first, last, growing);
        compare("Redis memory", Footprint::redis, SLACK_BYTES, first, last, growing);
        compare("Redis connections", Footprint::redisClients, SLACK_COUNT, first, last, growing);
        return growing;
    }

    private static void compare(
            String name,
            ToLongFunction<Footprint> value,
            long slack,
            List<Footprint> first,
            List<Footprint> last,
            List<String> growing) {
        double before = first.stream().mapToLong(value).average().orElse(0);
        double after = last.stream().mapToLong(value).average().orElse(0);
        if (after > before * 1.1 + slack) {
            growing.add(String.format(Locale.ROOT, "%s from %.0f to %.0f", name, before, after));
        }
    }

    String row(long second) {
        return String.format(
                Locale.ROOT,
                "%7d  %7.1f  %9.1f  %11.1f  %7d  %10d  %8.1f  %17d",
                second,
                (double) heap / MB,
                (double) direct / MB,
                (double) resident / MB,
                threads,
                files,
                (double) redis / MB,
                redisClients);
    }
}
