package io.tidemark.invalidation;

import static io.tidemark.invalidation.Requests.SECRET;
import static io.tidemark.invalidation.Requests.eventually;
import static io.tidemark.invalidation.Requests.post;
import static io.tidemark.invalidation.Requests.signed;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.local.backends.Backends;
import io.tidemark.local.backends.RedisCluster;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

@DisplayName("The invalidation service, over a real Redis Cluster of three masters")
class RedisClusterTest {
    private static final String PURGE = "{\"targets\":[{\"tag\":\"product:42\"}]}";

    @Test
    void aMessageIsTakenOnceAndRatesAreKept() throws Exception {
        try (RedisCluster redis = RedisCluster.start();
                ConfigurableApplicationContext service = SpringApplication.run(
                        InvalidationApplication.class,
                        "--server.port=0",
                        "--management.server.port=0",
                        "--spring.profiles.active=local",
                        "--spring.kafka.bootstrap-servers="
                                + Backends.shared().kafka().bootstrapServers(),
                        "--spring.data.redis.cluster.nodes=" + redis.seeds(),
                        "--spring.data.redis.timeout=10s",
                        "--tidemark.sources.slow.secrets=" + SECRET,
                        "--tidemark.sources.slow.allow.tags=*",
                        "--tidemark.sources.slow.rate-limit=1")) {
            eventually(
                    "purges are taken",
                    () -> post(service, "catalog", PURGE, signed(PURGE)).statusCode() == 202);
            List<String> message = signed(PURGE);
            HttpResponse<String> first = post(service, "catalog", PURGE, message);
            assertThat(first.statusCode()).isEqualTo(202);
            HttpResponse<String> again = post(service, "catalog", PURGE, message);
            assertThat(again.statusCode()).isEqualTo(200);
            assertThat(again.body()).contains(Requests.json(first).path("id").asString());
            eventually(
                    "the rate is reached",
                    () -> post(service, "slow", PURGE, signed(PURGE)).statusCode() == 429);
        }
    }
}
