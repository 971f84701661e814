package io.tidemark.writequeue.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisCommandExecutionException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.data.redis.RedisSystemException;
import org.springframework.data.redis.core.StringRedisTemplate;

@ExtendWith(OutputCaptureExtension.class)
class StatusRedisTest {
    private static StatusRedis patientFor(Duration patience) {
        return new StatusRedis(new StringRedisTemplate(), new StatusProperties(Duration.ofHours(1), patience));
    }

    private static RedisSystemException answer(String words) {
        return new RedisSystemException("Error in execution", new RedisCommandExecutionException(words));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TRYAGAIN Multiple keys request during rehashing of slot",
                "MOVED 42 127.0.0.1:7001",
                "ASK 42 127.0.0.1:7001",
                "CLUSTERDOWN The cluster is down",
                "LOADING Redis is loading the dataset in memory",
                "READONLY You can't write against a read only replica."
            })
    void whatWasNotDoneIsAskedAgain(String words, CapturedOutput output) {
        Deque<String> answers = new ArrayDeque<>(List.of(words, words));
        String got = patientFor(Duration.ofSeconds(30)).ask(_ -> {
            String refusal = answers.poll();
            if (refusal != null) {
                throw answer(refusal);
            }
            return "done";
        });
        assertThat(got).isEqualTo("done");
        assertThat(output.getOut().lines().filter(line -> line.contains(words)).filter(line -> line.contains("WARN")))
                .hasSize(1);
        assertThat(output.getOut()).contains("The status store answers");
    }

    @Test
    void whatRedisRefusesForGoodFailsAtOnceAndAllFailsInTheEnd() {
        Deque<String> asked = new ArrayDeque<>();
        assertThatThrownBy(() -> patientFor(Duration.ofSeconds(30)).ask(_ -> {
                    asked.add("once");
                    throw answer("OOM command not allowed when used memory > 'maxmemory'.");
                }))
                .isInstanceOf(RedisSystemException.class);
        assertThat(asked).hasSize(1);
        assertThatThrownBy(() -> patientFor(Duration.ZERO).ask(_ -> {
                    throw answer("TRYAGAIN");
                }))
                .isInstanceOf(RedisSystemException.class);
    }
}
