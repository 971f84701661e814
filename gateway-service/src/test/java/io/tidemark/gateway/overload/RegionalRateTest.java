package io.tidemark.gateway.overload;

import static io.tidemark.gateway.fixtures.ScriptedOrigin.send;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.fixtures.GatewayUnderTest;
import io.tidemark.gateway.fixtures.ScriptedOrigin;
import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.Redis;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Spring Cloud Gateway's limiter on a cached route, with the region's Redis: what two gateways count together. */
class RegionalRateTest {
    private static final String ROUTE = "--spring.cloud.gateway.server.webflux.routes[0].";

    @Test
    void aClientsRateIsOneForAllGatewaysOfARegionAndHitsCountToo() {
        try (ScriptedOrigin origin = new ScriptedOrigin();
                Redis redis = Redis.create(BackendOptions.named("redis-rates").withMode(BackendMode.EMBEDDED))) {
            redis.start();
            origin.on("/a", exchange -> send(exchange, 200, "a", "Cache-Control", "max-age=60"));
            try (GatewayUnderTest first = gateway(origin, redis);
                    GatewayUnderTest second = gateway(origin, redis)) {
                List<Integer> answers = Stream.of(first, second, first, second, first)
                        .map(gateway -> gateway.get("/a", "X-Forwarded-For", "203.0.113.7")
                                .code())
                        .toList();
                assertThat(answers).containsExactly(200, 200, 200, 429, 429);
                assertThat(second.get("/a", "X-Forwarded-For", "203.0.113.8").code())
                        .isEqualTo(200);
            }
        }
    }

    private static GatewayUnderTest gateway(ScriptedOrigin origin, Redis redis) {
        return new GatewayUnderTest(
                "--tidemark.redis.enabled=true",
                "--spring.data.redis.url=" + redis.url(),
                "--tidemark.forwarded.trusted=127.0.0.1",
                ROUTE + "id=limited",
                ROUTE + "uri=" + origin.uri(),
                ROUTE + "predicates[0]=Path=/**",
                ROUTE + "filters[0].name=RequestRateLimiter",
                ROUTE + "filters[0].args.redis-rate-limiter.replenishRate=1",
                ROUTE + "filters[0].args.redis-rate-limiter.burstCapacity=180",
                ROUTE + "filters[0].args.redis-rate-limiter.requestedTokens=60",
                ROUTE + "filters[1]=EdgeCache=standard");
    }
}
