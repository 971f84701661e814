package io.tidemark.invalidation.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.local.backends.Backends;
import java.time.Duration;
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

/** Two instances of the service on one Redis. A bucket of an hour fills so slowly that a test does not see it. */
class RateLimitTest {
    private final String source = "source-" + UUID.randomUUID();
    private final LettuceConnectionFactory connections = new LettuceConnectionFactory(new RedisStandaloneConfiguration(
            "127.0.0.1", Backends.shared().redis(0).port()));
    private final RateLimit one = new RateLimit(new StringRedisTemplate(connections));
    private final RateLimit other = new RateLimit(new StringRedisTemplate(connections));

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
    void several_at_once_are_taken_all_or_none() {
        assertThat(one.take(source, 10, HOUR, 8)).isZero();
        assertThat(one.take(source, 10, HOUR, 3)).isPositive();
        assertThat(one.take(source, 10, HOUR, 2)).isZero();
    }

    @Test
    void they_come_back_evenly_and_not_all_at_a_boundary() throws Exception {
        Duration second = Duration.ofSeconds(1);
        long start = System.nanoTime();
        long taken = 0;
        while (System.nanoTime() - start < second.toNanos()) {
            taken += one.take(source, 50, second, 1).isZero() ? 1 : 0;
        }
        double tookSeconds = (System.nanoTime() - start) / 1e9;
        assertThat(taken).isBetween(60L, (long) (50 + 50 * tookSeconds + 2));
        assertThat(one.take(source, 50, second, 50)).isBetween(Duration.ofMillis(1), second);
    }

    @Test
    void what_is_refused_says_when_to_come_again_and_a_full_bucket_is_forgotten() {
        StringRedisTemplate redis = new StringRedisTemplate(connections);
        assertThat(one.take(source, 10, HOUR, 10)).isZero();
        assertThat(one.take(source, 10, HOUR, 1)).isBetween(Duration.ofMinutes(5), Duration.ofMinutes(6));
        assertThat(redis.getExpire("tidemark:rate:" + source)).isBetween(3000L, 3600L);
    }

    private int admitted(RateLimit instance, int requests, int limit) {
        return (int) IntStream.range(0, requests)
                .filter(_ -> instance.take(source, limit, HOUR, 1).isZero())
                .count();
    }

    private static final Duration HOUR = Duration.ofHours(1);
}
