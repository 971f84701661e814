package io.tidemark.invalidation.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.local.backends.Backends;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Two instances of the service on one Redis, within one second of the clock. */
class RateLimitTest {
    private final String source = "source-" + UUID.randomUUID();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final InstantSource clock = () -> now;
    private final LettuceConnectionFactory connections = new LettuceConnectionFactory(new RedisStandaloneConfiguration(
            "127.0.0.1", Backends.shared().redis(0).port()));
    private final RateLimit one = new RateLimit(new StringRedisTemplate(connections), clock);
    private final RateLimit other = new RateLimit(new StringRedisTemplate(connections), clock);

    @BeforeEach
    void connect() {
        connections.start();
    }

    @AfterEach
    void disconnect() {
        connections.destroy();
    }

    @Test
    void an_instance_alone_admits_the_whole_limit_and_no_more() {
        assertThat(admitted(one, 300, 205)).isEqualTo(205);
        assertThat(admitted(one, 10, 205)).isZero();
        assertThat(admitted(other, 10, 205)).isZero();
    }

    @Test
    void several_admit_the_limit_between_them() {
        int both = IntStream.range(0, 300)
                .map(i -> admitted(i % 3 == 0 ? one : other, 1, 205))
                .sum();
        assertThat(both).isEqualTo(205);
    }

    @Test
    void many_at_the_same_time_are_admitted_up_to_the_limit() throws Exception {
        Callable<Integer> request = () -> admitted(one, 1, 100);
        int admitted = 0;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Integer> answer : threads.invokeAll(Collections.nCopies(120, request))) {
                admitted += answer.get();
            }
        }
        assertThat(admitted).isEqualTo(100);
    }

    @Test
    void a_limit_of_one_is_one_for_all() {
        assertThat(admitted(one, 1, 1)).isOne();
        assertThat(admitted(other, 3, 1)).isZero();
        assertThat(admitted(one, 3, 1)).isZero();
    }

    @Test
    void a_new_second_is_a_new_limit() {
        assertThat(admitted(one, 10, 5)).isEqualTo(5);
        now = now.plusSeconds(1);
        assertThat(admitted(one, 10, 5)).isEqualTo(5);
    }

    @Test
    void what_was_counted_is_forgotten_soon() {
        assertThat(admitted(one, 3, 2)).isEqualTo(2);
        String key = "tidemark:rate:" + source + ':' + now.getEpochSecond();
        assertThat(new StringRedisTemplate(connections).getExpire(key)).isBetween(1L, 5L);
    }

    private int admitted(RateLimit instance, int requests, int limit) {
        return (int) IntStream.range(0, requests)
                .filter(_ -> instance.admits(source, limit))
                .count();
    }
}
