package io.tidemark.gateway.session;

import io.tidemark.gateway.fixtures.GatewayUnderTest;
import io.tidemark.gateway.purge.PurgeLedger;
import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.Backends;
import io.tidemark.local.backends.Redis;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Two regions with a Redis each: two gateways of eu, one of us, which know one another. */
public final class StateRegions implements AutoCloseable {
    public static final String KEY = "t1:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";

    /** Stands for the log that all gateways would read. */
    private static final PurgeLedger LOG = new PurgeLedger("one-log", PurgeLedger.Limits.DEFAULT);

    final Redis redisEu = Redis.create(BackendOptions.named("redis-state-eu").withMode(BackendMode.EMBEDDED));
    public final Redis redisUs =
            Redis.create(BackendOptions.named("redis-state-us").withMode(BackendMode.EMBEDDED));
    public final GatewayUnderTest eu1;
    final GatewayUnderTest eu2;
    public final GatewayUnderTest us1;
    private final List<GatewayUnderTest> others = new ArrayList<>();

    public StateRegions(String... more) {
        Backends.startAll(List.of(redisEu, redisUs));
        eu1 = gateway("eu", "eu-1", redisEu, more);
        String homeEu = "--tidemark.state.homes.eu=http://127.0.0.1:" + port(eu1);
        eu2 = gateway("eu", "eu-2", redisEu, more);
        us1 = gateway(
                "us",
                "us-1",
                redisUs,
                Stream.concat(
                                Stream.of(more),
                                Stream.of(
                                        homeEu,
                                        "--tidemark.state.homes.ap=http://127.0.0.1:1",
                                        "--tidemark.state.homes.mx=http://127.0.0.1:" + port(eu1))) // not of mx
                        .toArray(String[]::new));
        for (GatewayUnderTest gateway : List.of(eu1, eu2, us1)) {
            awaitUp(gateway);
        }
    }

    /** One more of eu; it ends with the others. */
    GatewayUnderTest another(String colo, Redis redis, String... more) {
        GatewayUnderTest made = gateway("eu", colo, redis, more);
        others.add(made);
        awaitUp(made);
        return made;
    }

    /** One more of eu whose clock is wrong. */
    GatewayUnderTest withClock(String colo, InstantSource clock) {
        GatewayUnderTest made =
                new GatewayUnderTest(InstantSource.class, clock, properties("eu", colo, redisEu, new String[0]));
        others.add(made);
        awaitUp(made);
        return made;
    }

    static GatewayUnderTest gateway(String region, String colo, Redis redis, String... more) {
        return new GatewayUnderTest(PurgeLedger.class, LOG, properties(region, colo, redis, more));
    }

    private static String[] properties(String region, String colo, Redis redis, String... more) {
        Map<String, String> properties = new LinkedHashMap<>();
        Stream.of(
                        "tidemark.region=" + region,
                        "tidemark.colo=" + colo,
                        "tidemark.redis.enabled=true",
                        "tidemark.state.enabled=true",
                        "tidemark.state.keys=" + KEY,
                        "tidemark.state.data-keys=" + region + KEY.substring(2),
                        "tidemark.state.secure-cookie=false",
                        "tidemark.state.redis-timeout=10s",
                        "tidemark.tokens.secret=" + StateClient.TOKEN_SECRET,
                        "spring.data.redis.url=" + redis.url())
                .forEach(property -> properties.put(property.split("=", 2)[0], "--" + property));
        Stream.of(more).forEach(property -> properties.put(property.substring(2).split("=", 2)[0], property));
        return properties.values().toArray(String[]::new);
    }

    static void awaitUp(GatewayUnderTest gateway) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!gateway.bean(SessionRedis.class).isUp()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("no connection to Redis");
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    public static int port(GatewayUnderTest gateway) {
        return gateway.port("local.server.port");
    }

    @Override
    public void close() {
        others.forEach(GatewayUnderTest::close);
        eu1.close();
        eu2.close();
        us1.close();
        redisEu.close();
        redisUs.close();
    }
}
