package io.tidemark.local.suite;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** What is done to the suite, each bounded in time. */
record Experiments(SuiteParts parts, TcpProxy redisEu, TcpProxy kafkaUs, TcpProxy origin) {
    private static final Duration LASTS = Duration.ofSeconds(6);
    private static final Duration AT_ONCE = Duration.ZERO;
    private static final String ORIGIN = "http://127.0.0.1:8084";

    List<Experiment> all() {
        return List.of(
                kill("gateway-us-1", true),
                kill("invalidation-service", false),
                kill("write-queue-service", false),
                kill("origin-stub", false),
                kill("redis-eu", false),
                kill("kafka", false),
                cut("the origin from both gateways", origin),
                cut("Redis from gateway eu-1", redisEu),
                cut("the purge log from gateway us-1", kafkaUs),
                delay("Redis of eu by 300 ms", redisEu, Duration.ofMillis(300)),
                delay("the purge log to us by 1 s", kafkaUs, Duration.ofSeconds(1)),
                delay("the origin by 500 ms", origin, Duration.ofMillis(500)),
                new Experiment(
                        "corrupt",
                        "every stored response in Redis of eu",
                        Experiments::corruptRedis,
                        Experiment.NOTHING,
                        Duration.ofSeconds(2),
                        false),
                new Experiment(
                        "flood", "500 readers of one cold product", this::stampede, Experiment.NOTHING, AT_ONCE, false),
                new Experiment(
                        "flood",
                        "2,000 cold products at a slow origin",
                        () -> origin.delay(Duration.ofMillis(50)),
                        this::coldReads,
                        AT_ONCE,
                        false),
                new Experiment("flood", "1,000 writes", Experiments::writes, Experiment.NOTHING, AT_ONCE, false));
    }

    private Experiment kill(String part, boolean readsMayFail) {
        Part victim = parts.all().stream()
                .filter(candidate -> candidate.name().equals(part))
                .findFirst()
                .orElseThrow();
        return new Experiment("kill", part, () -> kill(victim), Experiment.NOTHING, AT_ONCE, readsMayFail);
    }

    private static void kill(Part part) {
        long pid = Long.parseLong(part.process().replace("pid ", ""));
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    private static Experiment cut(String what, TcpProxy way) {
        return new Experiment("cut", what, way::cut, way::restore, LASTS, false);
    }

    private static Experiment delay(String what, TcpProxy way, Duration delay) {
        return new Experiment("delay", what, () -> way.delay(delay), way::restore, LASTS, false);
    }

    /** Overwrites the last bytes of every long string in Redis. */
    private static void corruptRedis() throws IOException {
        String script = "local n=0 for _,k in ipairs(redis.call('KEYS','*')) do "
                + "if redis.call('TYPE',k).ok=='string' and redis.call('STRLEN',k)>100 then "
                + "redis.call('SETRANGE',k,redis.call('STRLEN',k)-4,'XXXX') n=n+1 end end return n";
        String answer = RedisCommand.send(16379, "EVAL", script, "0");
        if (!answer.startsWith(":") || answer.startsWith(":0")) {
            throw new IOException("nothing was corrupted: " + answer);
        }
    }

    private void stampede() throws Exception {
        String path = "/api/products/stampede-" + UUID.randomUUID();
        origin.delay(Duration.ofMillis(200));
        try {
            readAll(500, reader -> (reader % 2 == 0 ? "http://127.0.0.1:8080" : "http://127.0.0.1:8081") + path);
        } finally {
            origin.restore();
        }
        long calls = 0;
        for (var call : Http.json(Http.get(ORIGIN + "/stub/calls")).values()) {
            calls += call.path("path").asString("").equals(path)
                    ? call.path("count").asLong()
                    : 0;
        }
        if (calls != 2) {
            throw new IOException("500 readers in two regions were " + calls + " calls to the origin, not 2");
        }
    }

    private void coldReads() throws Exception {
        String run = UUID.randomUUID().toString();
        try {
            readAll(2000, reader -> "http://127.0.0.1:8080/api/products/cold-" + run + "-" + reader);
        } finally {
            origin.restore();
        }
    }

    private interface Urls {
        String of(int reader);
    }

    private static void readAll(int readers, Urls urls) throws InterruptedException, ExecutionException, IOException {
        try (var threads = Executors.newFixedThreadPool(250, Thread.ofVirtual().factory())) {
            List<Future<HttpResponse<String>>> reads = new ArrayList<>();
            for (int reader = 0; reader < readers; reader++) {
                String url = urls.of(reader);
                reads.add(threads.submit(() -> Http.get(url)));
            }
            long failed = 0;
            for (Future<HttpResponse<String>> read : reads) {
                int status = read.get().statusCode();
                failed += status == 200 || status == 503 ? 0 : 1;
            }
            if (failed > 0) {
                throw new IOException(failed + " of " + readers + " readers got neither an answer nor a 503");
            }
        }
    }

    private static void writes() throws InterruptedException, ExecutionException, IOException {
        try (var threads = Executors.newFixedThreadPool(32, Thread.ofVirtual().factory())) {
            List<Future<HttpResponse<String>>> writes = new ArrayList<>();
            for (int n = 0; n < 1000; n++) {
                String order =
                        "{\"type\":\"order.place\",\"data\":{\"customerId\":\"flood-" + n % 50 + "\",\"n\":" + n + "}}";
                writes.add(threads.submit(() -> Http.send("POST", "http://127.0.0.1:8080/writes", order)));
            }
            for (Future<HttpResponse<String>> write : writes) {
                int status = write.get().statusCode();
                if (status != 202 && status != 503) {
                    throw new IOException("a write was answered with " + status);
                }
            }
        }
    }
}
