package io.tidemark.commons.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class RedisConnectionsTest {
    private long now;
    private final RedisConnections connections = new RedisConnections(() -> now);

    private static Throwable wrapped(String words) {
        return new ExecutionException(new RedisException(words));
    }

    /** A service that stops gives its connections up while commands are under way. */
    @ParameterizedTest
    @ValueSource(strings = {"Connection is closed", "Connection closed", "NOSCRIPT No matching script."})
    void whatIsNoRefusalIsNotSaid(String words, CapturedOutput said) {
        connections.failed(wrapped(words));
        assertThat(said.getAll()).isEmpty();
        assertThat(connections.why()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection closed prematurely",
                "WRONGPASS invalid username-password pair",
                "OOM command not allowed"
            })
    void aRefusalIsSaidOnceInTheServersWords(String words, CapturedOutput said) {
        connections.failed(wrapped(words));
        connections.failed(wrapped(words));
        assertThat(said.getAll().lines().filter(line -> line.contains("Redis refuses: " + words)))
                .hasSize(1);
        assertThat(connections.why()).isEqualTo(words);
        connections.connected();
        assertThat(connections.why()).isEmpty();
    }

    private EmbeddedChannel opened() {
        EmbeddedChannel channel = new EmbeddedChannel();
        connections.afterChannelInitialized(channel);
        return channel;
    }

    private void readOnly() {
        connections.failed(new RedisCommandExecutionException("READONLY You can't write against a read only replica."));
    }

    @Test
    void aReplicasAnswerClosesConnectionsOnceASecondAndIsOverWhenAWriteIsTaken() {
        EmbeddedChannel first = opened();
        readOnly();
        first.runPendingTasks();
        assertThat(first.isOpen()).isFalse();

        EmbeddedChannel second = opened();
        readOnly();
        second.runPendingTasks();
        assertThat(second.isOpen()).as("it may lead to the new primary already").isTrue();
        connections.connected();
        assertThat(connections.why()).as("a connection is no write").contains("READONLY");

        now += Duration.ofSeconds(1).toNanos();
        readOnly();
        second.runPendingTasks();
        assertThat(second.isOpen()).isFalse();
        assertThat(connections.moves()).isEqualTo(2);
        connections.taken();
        assertThat(connections.why()).isEmpty();
    }
}
