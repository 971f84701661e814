package io.tidemark.local.suite.chaos;

import io.tidemark.local.backends.RedisCommand;
import io.tidemark.local.suite.chaos.Experiment.Action;
import io.tidemark.local.suite.chaos.Experiment.Load;
import io.tidemark.local.suite.client.Http;
import io.tidemark.local.suite.machine.TcpProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What is done to the suite, each bounded in time.
 *
 * @param ways proxies before what the gateways use; absent where the suite runs in containers, and the rows that need them too
 */
record Experiments(Hands hands, @Nullable Ways ways) {
    /**
     * What can be cut and made slow; beside it a suite has a Redis of data keys.
     *
     * @param tokenSecret what the demo issuer signs with
     */
    record Ways(TcpProxy redisEu, TcpProxy redisServices, TcpProxy kafkaUs, TcpProxy origin, String tokenSecret) {}

    /** The write queue's limit of undelivered orders in a suite that is started for this. */
    static final int QUEUE_LIMIT = 300;

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration LASTS = Duration.ofSeconds(6);
    private static final Duration AT_ONCE = Duration.ZERO;
    private static final String EU_METRICS = "http://127.0.0.1:9080/actuator/prometheus";
    private static final String US_METRICS = "http://127.0.0.1:9081/actuator/prometheus";
    private static final String QUEUE_METRICS = "http://127.0.0.1:9083/actuator/prometheus";

    List<Experiment> all() {
        List<Experiment> all = new ArrayList<>(List.of(
                kill("invalidation-service", LASTS, Load.READS_AND_CHANGES),
                kill("write-queue-service", LASTS, Load.READS_AND_CHANGES),
                kill("redis-eu", LASTS, Load.READS_AND_CHANGES),
                kill("kafka", LASTS, Load.READS_AND_CHANGES),
                kill("origin-stub", Duration.ofSeconds(60), Load.READS),
                new Experiment(
                        "kill",
                        "gateway-us-1, 6 s; back, it finds its region's copies",
                        () -> hands.kill("gateway-us-1"),
                        () -> {
                            hands.revive("gateway-us-1");
                            findsTheRegionsCopies();
                        },
                        LASTS,
                        Load.READS_THAT_MAY_FAIL),
                pause("gateway-us-1", Duration.ofSeconds(5), Load.READS_AND_CHANGES_THAT_MAY_FAIL, Experiment.NOTHING),
                pause("origin-stub", LASTS, Load.READS, Experiment.NOTHING),
                pause("redis-eu", SECOND, Load.READS_AND_CHANGES, () -> Floods.coldReadsWithin(SECOND)),
                pause("kafka", LASTS, Load.READS_AND_CHANGES, Experiment.NOTHING)));
        all.addAll(ofSessions());
        all.addAll(ofDocuments());
        if (ways != null) {
            all.addAll(byProxies(ways));
        }
        all.addAll(List.of(
                new Experiment(
                        "corrupt",
                        "all in Redis of eu, while gateway eu-1 is away",
                        () -> {
                            hands.kill("gateway-eu-1");
                            corruptRedis();
                        },
                        () -> {
                            hands.revive("gateway-eu-1");
                            awaitMetric(EU_METRICS, "tidemark_shared_unreadable_total", 1, Double.MAX_VALUE);
                        },
                        SECOND,
                        Load.READS_AND_CHANGES_THAT_MAY_FAIL),
                flood("1,000 readers of one cold product", () -> Floods.stampede(1000)),
                flood("2,000 cold products at a slow origin", () -> Floods.coldReads(2000)),
                flood("1,000 writes", () -> Floods.writes(1000))));
        return all;
    }

    /** What is done to the region that sessions are at home in, and to the one that passes their calls on. */
    private List<Experiment> ofSessions() {
        return List.of(
                counted(pause("redis-eu", Duration.ofSeconds(3), Load.READS_AND_CHANGES, Experiment.NOTHING)),
                counted(kill("gateway-us-1", LASTS, Load.READS_AND_CHANGES_THAT_MAY_FAIL)),
                counted(kill("gateway-eu-1", LASTS, Load.READS_AND_CHANGES_THAT_MAY_FAIL)));
    }

    /** The same while sessions of eu are counted up through both gateways. */
    private static Experiment counted(Experiment hurt) {
        return counted(hurt, "sessions of eu", new SessionLoad(null));
    }

    private static Experiment counted(Experiment hurt, String whose, SessionLoad sessions) {
        return hurt.beside(whose, sessions::begin, sessions::end);
    }

    /** What documents of eu are kept by and what passes them on to us. */
    private List<Experiment> ofDocuments() {
        return List.of(
                typed(kill("gateway-eu-1", LASTS, Load.READS_AND_CHANGES_THAT_MAY_FAIL)),
                typed(kill("redis-eu", LASTS, Load.READS_AND_CHANGES)),
                typed(pause("redis-eu", Duration.ofSeconds(3), Load.READS_AND_CHANGES, Experiment.NOTHING)),
                typed(kill("kafka", LASTS, Load.READS_AND_CHANGES)));
    }

    /** The same while documents of eu are typed in. */
    private static Experiment typed(Experiment hurt) {
        var documents = new DocumentLoad();
        return hurt.beside("documents of eu", documents::begin, documents::end);
    }

    private List<Experiment> byProxies(Ways ways) {
        var impostor = new Impostor(19092);
        return List.of(
                counted(
                        kill("redis-keys", LASTS, Load.READS_AND_CHANGES),
                        "the key service: sessions of users of eu",
                        new SessionLoad(ways.tokenSecret)),
                cut("the origin from both gateways", ways.origin, Load.READS),
                cut("Redis from gateway eu-1", ways.redisEu, Load.READS_AND_CHANGES),
                new RedisMove(List.of(ways.redisEu, ways.redisServices)).row(new Absences(hands, System.out)),
                cut("the purge log from gateway us-1", ways.kafkaUs, Load.READS_AND_CHANGES),
                new Experiment(
                        "delay",
                        "Redis of eu by 300 ms",
                        () -> {
                            ways.redisEu.delay(Duration.ofMillis(300));
                            Floods.coldReadsWithin(SECOND);
                        },
                        ways.redisEu::restore,
                        LASTS,
                        Load.READS_AND_CHANGES),
                new Experiment(
                        "delay",
                        "the purge log to us by 4 s: lag is shown",
                        () -> {
                            ways.kafkaUs.delay(Duration.ofSeconds(4));
                            awaitLag();
                        },
                        ways.kafkaUs::restore,
                        LASTS,
                        Load.READS_AND_CHANGES),
                new Experiment(
                        "delay",
                        "the origin by 500 ms",
                        () -> ways.origin.delay(Duration.ofMillis(500)),
                        ways.origin::restore,
                        LASTS,
                        Load.READS_AND_CHANGES),
                new Experiment(
                        "replace",
                        "kafka by something else that answers on its port, 8 s",
                        () -> {
                            hands.kill("kafka");
                            impostor.begin();
                        },
                        () -> {
                            impostor.close();
                            hands.revive("kafka");
                        },
                        Duration.ofSeconds(8),
                        Load.READS_AND_CHANGES),
                new Experiment(
                        "flood",
                        "1,000 writes while the origin is away: a full queue",
                        this::overfill,
                        () -> {
                            hands.revive("origin-stub");
                            awaitMetric(QUEUE_METRICS, "tidemark_writes_depth{type=\"order.place\"}", 0, 0);
                        },
                        AT_ONCE,
                        Load.READS));
    }

    private Experiment kill(String part, Duration away, Load load) {
        return new Experiment(
                "kill",
                part + ", " + away.toSeconds() + " s",
                () -> hands.kill(part),
                () -> hands.revive(part),
                away,
                load);
    }

    private Experiment pause(String part, Duration lasts, Load load, Action meanwhile) {
        return new Experiment(
                "pause",
                part + ", " + lasts.toSeconds() + " s",
                () -> {
                    hands.pause(part);
                    meanwhile.run();
                },
                () -> hands.resume(part),
                lasts,
                load);
    }

    private static Experiment cut(String what, TcpProxy way, Load load) {
        return new Experiment("cut", what, way::cut, way::restore, LASTS, load);
    }

    private static Experiment flood(String what, Action flood) {
        return new Experiment("flood", what, flood, Experiment.NOTHING, AT_ONCE, Load.READS_AND_CHANGES);
    }

    private void overfill() throws Exception {
        hands.kill("origin-stub");
        int accepted = Floods.writes(1000);
        if (accepted > QUEUE_LIMIT || accepted == 0) {
            throw new IOException(accepted + " of 1000 orders were accepted by a queue for " + QUEUE_LIMIT);
        }
    }

    /** Overwrites the last bytes of every long string in Redis. */
    private static void corruptRedis() throws IOException {
        String script = "local n=0 for _,k in ipairs(redis.call('KEYS','tidemark:{*}:response*')) do "
                + "if redis.call('TYPE',k).ok=='string' and redis.call('STRLEN',k)>100 then "
                + "redis.call('SETRANGE',k,redis.call('STRLEN',k)-4,'XXXX') n=n+1 end end return n";
        String answer = RedisCommand.send(16379, "EVAL", script, "0");
        if (!answer.startsWith(":") || answer.startsWith(":0")) {
            throw new IOException("nothing was corrupted: " + answer);
        }
    }

    /** A gateway that has just started answers most products from Redis; those that it refreshes behind an answer do not count. */
    private static void findsTheRegionsCopies() throws Exception {
        awaitAnswer("http://127.0.0.1:9081/actuator/health/readiness");
        for (int product = 0; product < SteadyLoad.PRODUCTS; product++) {
            Http.get("http://127.0.0.1:8081/api/products/chaos-" + product);
        }
        double misses = sum(
                US_METRICS,
                line -> line.startsWith("tidemark_answers_total{")
                        && line.contains("cache=\"miss\"")
                        && line.contains("route=\"products\""));
        if (misses > SteadyLoad.PRODUCTS / 2) {
            throw new IOException("a gateway that came back missed " + misses + " times, of " + SteadyLoad.PRODUCTS
                    + " products that its region has");
        }
    }

    private static void awaitLag() throws Exception {
        await(
                "gateway us-1 lags",
                () -> Http.json(Http.get("http://127.0.0.1:8082/v1/regions"))
                                .path("regions")
                                .path("us")
                                .path("lagMs")
                                .asLong(0)
                        > 1000);
    }

    private static void awaitAnswer(String url) throws Exception {
        await(url + " answers", () -> Http.get(url).statusCode() == 200);
    }

    private static void awaitMetric(String url, String name, double least, double most) throws Exception {
        await(name + " is at least " + least, () -> {
            double value = sum(url, line -> line.startsWith(name));
            return value >= least && value <= most;
        });
    }

    private static double sum(String url, Predicate<String> which) throws IOException, InterruptedException {
        return Http.get(url)
                .body()
                .lines()
                .filter(which)
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    private static void await(String what, Condition condition) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        IOException last = null;
        while (System.nanoTime() < end) {
            try {
                if (condition.holds()) {
                    return;
                }
            } catch (IOException notYet) {
                last = notYet;
            }
            Thread.sleep(50);
        }
        throw new IOException("within 60 s it did not happen that " + what
                + (last == null ? "" : ": " + Objects.requireNonNullElse(last.getMessage(), last.toString())));
    }
}
