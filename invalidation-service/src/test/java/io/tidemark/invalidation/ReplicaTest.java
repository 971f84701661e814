package io.tidemark.invalidation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tidemark.commons.redis.RedisAutoConfiguration;
import io.tidemark.commons.redis.RedisConnections;
import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.Backends;
import io.tidemark.local.backends.Redis;
import io.tidemark.local.backends.RedisCommand;
import io.tidemark.local.backends.RedisSentinel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

/** The primary has become a replica, as after a failover by name: Spring's templates leave it, and are back where it takes writes. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ReplicaTest {
    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({DataRedisAutoConfiguration.class, RedisAutoConfiguration.class})
    static class RedisAlone {
        @Bean
        SslBundles bundles() {
            return new DefaultSslBundleRegistry();
        }
    }

    @Test
    void itsConnectionsAreClosedAndMadeAnew() {
        try (Redis redis = Redis.create(BackendOptions.named("replica").withMode(BackendMode.EMBEDDED))) {
            redis.start();
            try (var context = new SpringApplicationBuilder(RedisAlone.class)
                    .web(WebApplicationType.NONE)
                    .properties("spring.data.redis.url=" + redis.url(), "spring.main.banner-mode=off")
                    .run()) {
                var connections = context.getBean(RedisConnections.class);
                var template = context.getBean(StringRedisTemplate.class);
                template.opsForValue().set("tidemark:test", "1");
                assertThat(connections.why()).isEmpty();

                replicaOf(context.getBean(RedisConnectionFactory.class), "127.0.0.1", "1");
                assertThatThrownBy(() -> template.opsForValue().set("tidemark:test", "2"))
                        .isInstanceOf(DataAccessException.class);
                await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                    assertThat(connections.moves())
                            .isEqualTo(1); // noted on another thread than the one that was answered
                    assertThat(connections.why()).contains("READONLY");
                });

                replicaOf(context.getBean(RedisConnectionFactory.class), "NO", "ONE");
                await().atMost(Duration.ofSeconds(30)).ignoreExceptions().untilAsserted(() -> {
                    template.opsForValue().set("tidemark:test", "3");
                    assertThat(connections.why()).isEmpty();
                });
            }
        }
    }

    private static void replicaOf(RedisConnectionFactory factory, String host, String port) {
        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().untilAsserted(() -> {
            try (var connection = factory.getConnection()) {
                connection.execute(
                        "REPLICAOF",
                        host.getBytes(java.nio.charset.StandardCharsets.US_ASCII),
                        port.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            }
        });
    }

    /** The old primary goes on as one for ten seconds. */
    @Test
    void afterAFailoverByHandNothingMoreIsWrittenToTheOldPrimary(@TempDir Path folder) throws Exception {
        try (Redis old = Redis.create(BackendOptions.named("old").withMode(BackendMode.EMBEDDED));
                Redis next = Redis.create(BackendOptions.named("next").withMode(BackendMode.EMBEDDED))) {
            Backends.startAll(List.of(old, next));
            RedisCommand.send(next.port(), "REPLICAOF", "127.0.0.1", Integer.toString(old.port()));
            try (RedisSentinel sentinel = new RedisSentinel(old, "", folder);
                    var context = new SpringApplicationBuilder(RedisAlone.class)
                            .web(WebApplicationType.NONE)
                            .properties(
                                    "spring.data.redis.sentinel.master=" + RedisSentinel.PRIMARY,
                                    "spring.data.redis.sentinel.nodes=127.0.0.1:" + sentinel.port(),
                                    "spring.main.banner-mode=off")
                            .run()) {
                var template = context.getBean(StringRedisTemplate.class);
                template.opsForValue().set("tidemark:test", "before");
                sentinel.failOver();
                await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> {
                    template.opsForValue().set("tidemark:test", "after");
                    return RedisCommand.texts(next.port(), "GET", "tidemark:test")
                            .equals(List.of("after"));
                });
                assertThat(RedisCommand.texts(old.port(), "ROLE").getFirst())
                        .as("nobody waited for its end")
                        .isEqualTo("master");
                assertThat(context.getBean(RedisConnections.class).moves()).isPositive();
            }
        }
    }
}
