package io.tidemark.commons.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.data.redis.autoconfigure.DataRedisProperties;

class RedisAddressTest {
    private static DataRedisProperties spread(@Nullable String url, boolean cluster) {
        DataRedisProperties properties = new DataRedisProperties();
        properties.setUrl(url);
        properties.setUsername("beside");
        properties.setPassword("beside-secret");
        RedisAddress.spread(properties, cluster);
        assertThat(properties.getUrl()).isNull();
        return properties;
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        // url, host, port, database, user, password, tls
        "redis://redis-eu:6380,                      redis-eu, 6380, 0, beside, beside-secret, false",
        "redis://redis-eu,                           redis-eu, 6379, 0, beside, beside-secret, false",
        "rediss://redis-eu:6380/3,                   redis-eu, 6380, 3, beside, beside-secret, true",
        "redis://:pass@redis-eu,                     redis-eu, 6379, 0, beside, pass,          false",
        "redis://pass@redis-eu,                      redis-eu, 6379, 0, beside, pass,          false",
        "redis://edge:p%40ss%3Aw%2Ford+1@redis-eu,   redis-eu, 6379, 0, edge,   p@ss:w/ord+1,  false",
        "'redis://[::1]:7000/1?timeout=1s',          [::1],    7000, 1, beside, beside-secret, false"
    })
    void whatTheUrlSaysCountsAndWhatItLeavesOpenTheOthersSay(
            String url, String host, int port, int database, String user, String password, boolean tls) {
        DataRedisProperties properties = spread(url, false);
        assertThat(properties.getHost()).isEqualTo(host);
        assertThat(properties.getPort()).isEqualTo(port);
        assertThat(properties.getDatabase()).isEqualTo(database);
        assertThat(properties.getUsername()).isEqualTo(user);
        assertThat(properties.getPassword()).isEqualTo(password);
        assertThat(properties.getSsl().isEnabled()).isEqualTo(tls);
        assertThat(properties.getCluster()).isNull();
        assertThat(properties.getSentinel()).isNull();
    }

    @Test
    void anEmptyUrlIsNone() {
        assertThat(spread("", false).getHost()).isEqualTo("localhost");
        assertThat(spread(null, false).getPort()).isEqualTo(6379);
    }

    @Test
    void sentinels() {
        DataRedisProperties properties = spread("rediss-sentinel://:pw@s1:26380,s2/2#cache", false);
        var sentinel = Objects.requireNonNull(properties.getSentinel());
        assertThat(sentinel.getMaster()).isEqualTo("cache");
        assertThat(sentinel.getNodes()).containsExactly("s1:26380", "s2:26379");
        assertThat(properties.getDatabase()).isEqualTo(2);
        assertThat(properties.getPassword()).isEqualTo("pw");
        assertThat(properties.getSsl().isEnabled()).isTrue();
    }

    @Test
    void severalHostsAreTheSeedsOfACluster() {
        assertThat(Objects.requireNonNull(spread("redis://a:1,b:2", false).getCluster())
                        .getNodes())
                .containsExactly("a:1", "b:2");
    }

    @Test
    void oneHostIsTheSeedOfAClusterWhereOneIsSaidToBeThere() {
        assertThat(Objects.requireNonNull(spread("redis://a:7001", true).getCluster())
                        .getNodes())
                .containsExactly("a:7001");
        assertThat(Objects.requireNonNull(spread(null, true).getCluster()).getNodes())
                .containsExactly("localhost:6379");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis-eu:6379",
                "http://redis-eu",
                "redis://",
                "redis://u:secret@host:port",
                "redis://h/x",
                "redis-sentinel://u:secret@s1"
            })
    void whatCannotBeUnderstoodIsRefusedByTheNameOfThePropertyAndWithoutItsSecret(String url) {
        assertThatThrownBy(() -> spread(url, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("spring.data.redis.url")
                .hasMessageNotContaining("secret");
    }
}
