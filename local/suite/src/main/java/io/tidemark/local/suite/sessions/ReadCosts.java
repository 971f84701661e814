package io.tidemark.local.suite.sessions;

import io.lettuce.core.RedisClient;
import io.tidemark.local.backends.Ports;
import io.tidemark.local.suite.client.Http;
import io.tidemark.local.suite.client.LeanHttp;
import io.tidemark.local.suite.figures.Percentiles;
import io.tidemark.local.suite.machine.JavaProcess;
import io.tidemark.local.suite.machine.ProcessorTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a read of a session's entry, a hit in Redis, a hit in memory and a refused token cost a gateway in processor time, in
 * turns, from the same clients; and what forged tokens ask of Redis.
 */
final class ReadCosts {
    private static final int CLIENTS = 32;
    private static final int ROUNDS = 5;
    private static final Duration WARM_UP = Duration.ofSeconds(20);
    private static final Duration MEASURED = Duration.ofSeconds(6);
    private static final String FORGED =
            "tidemark-session=v1.k1.AAECAwQFBgcICQoLDA0ODw.eu.lz0000." + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    private final Site site;

    ReadCosts(Site site) {
        this.site = site;
    }

    /** Microseconds of a gateway's processor time for each request, the middle of the rounds; {@code redisCommands} in forged ones. */
    record Result(Map<String, Long> micros, long forgedRequests, long redisCommands, long redisCommandsIdle) {}

    private record Load(String url, int status, String cookie) {}

    Result run() throws IOException, InterruptedException {
        int stores = Ports.free();
        int smallStore = Ports.free();
        try (JavaProcess gateway = site.gateway("eu-3", stores, List.of());
                JavaProcess small = site.gateway("eu-4", smallStore, List.of(), "--tidemark.store.local-size=64KB")) {
            gateway.start();
            small.start();
            gateway.awaitUp();
            small.awaitUp();
            String cookie = Clients.begin(Site.url(stores));
            String entry = Site.url(stores) + "/edge/session/state/entry";
            String body = '"' + "x".repeat(1022) + '"';
            Clients.expect(201, Http.send("PUT", entry, body, "Cookie", cookie, "If-None-Match", "*"));
            Map<String, Load> loads = new LinkedHashMap<>();
            loads.put("hit in memory", new Load(Site.url(stores) + "/public/%d", 200, "none=here"));
            loads.put("hit in Redis", new Load(Site.url(smallStore) + "/public/%d", 200, "none=here"));
            loads.put("session entry", new Load(entry, 200, cookie));
            loads.put("forged token", new Load(entry, 401, FORGED));
            loads.put(
                    "forged token, refused by the filters", new Load(entry.replace("/entry", "/%65ntry"), 401, FORGED));
            for (Load load : loads.values()) {
                load(load, WARM_UP);
            }
            Map<String, List<Long>> rounds = new LinkedHashMap<>();
            for (int round = 0; round < ROUNDS; round++) {
                for (var load : loads.entrySet()) {
                    JavaProcess asked = load.getKey().equals("hit in Redis") ? small : gateway;
                    long before = ProcessorTime.micros(asked.pid());
                    int requests = load(load.getValue(), MEASURED);
                    long micros = (ProcessorTime.micros(asked.pid()) - before) * 10 / requests;
                    rounds.computeIfAbsent(load.getKey(), _ -> new ArrayList<>())
                            .add(micros);
                }
            }
            Map<String, Long> micros = new LinkedHashMap<>();
            rounds.forEach((name, each) -> micros.put(name, Percentiles.of(each).at(0.5)));
            return flood(loads.get("forged token"), micros);
        }
    }

    private Result flood(Load forged, Map<String, Long> tenths) throws IOException, InterruptedException {
        try (RedisClient client = RedisClient.create(site.redisEu().url());
                var redis = client.connect()) {
            long before = commands(redis.sync().info("stats"));
            Thread.sleep(MEASURED);
            long idle = commands(redis.sync().info("stats"));
            int requests = load(forged, MEASURED);
            long after = commands(redis.sync().info("stats"));
            return new Result(tenths, requests, after - idle, idle - before);
        }
    }

    private static long commands(String stats) {
        return stats.lines()
                .filter(line -> line.startsWith("total_commands_processed:"))
                .mapToLong(line ->
                        Long.parseLong(line.substring(line.indexOf(':') + 1).strip()))
                .sum();
    }

    /** How many requests were answered. */
    private static int load(Load load, Duration time) throws InterruptedException {
        AtomicInteger done = new AtomicInteger();
        long end = System.nanoTime() + time.toNanos();
        Clients.atOnce(CLIENTS, client -> {
            for (int n = client; System.nanoTime() < end; n++) {
                LeanHttp.Answer answer =
                        LeanHttp.get(load.url.replace("%d", Integer.toString(n % 500)), "Cookie", load.cookie);
                if (answer.status() != load.status) {
                    throw new IOException(load.url + " was answered with " + answer.status() + ' ' + answer.body());
                }
                done.incrementAndGet();
            }
        });
        return done.get();
    }
}
