package io.tidemark.commons.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.timeout;
import static org.mockito.Mockito.verify;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.junit.jupiter.api.Test;

class BrokerQuestionsTest {
    private static final Duration TIMEOUT = Duration.ofMillis(50);

    private final List<Admin> made = new ArrayList<>();
    private long now;
    private final BrokerQuestions brokers = new BrokerQuestions(
            () -> {
                Admin one = mock(Admin.class);
                made.add(one);
                return one;
            },
            "kafka:9092",
            TIMEOUT,
            () -> now);

    private static <T> KafkaFuture<T> failed(Exception failure) {
        KafkaFutureImpl<T> answer = new KafkaFutureImpl<>();
        answer.completeExceptionally(failure);
        return answer;
    }

    private String answer(String answered) {
        return brokers.answer(_ -> KafkaFuture.completedFuture(answered));
    }

    private void ask(KafkaFuture<String> answer) {
        assertThatThrownBy(() -> brokers.ask(_ -> answer).join()).isInstanceOf(CompletionException.class);
    }

    /** As one that asks a broker that is gone, or whose thread has ended. */
    @Test
    void aQuestionThatIsNeverAnsweredEndsAndItsClientIsMadeAnew() {
        assertThat(answer("there")).isEqualTo("there");
        now += TIMEOUT.toNanos();
        ask(new KafkaFutureImpl<>());
        verify(made.getFirst(), timeout(10_000)).close(Duration.ZERO);
        assertThat(brokers.isAnswered()).isFalse();
        assertThat(answer("again")).isEqualTo("again");
        assertThat(made).hasSize(2);
        assertThat(brokers.renewals()).isEqualTo(1);
        assertThat(brokers.isAnswered()).isTrue();
    }

    @Test
    void theClientsOwnTimeoutCountsToo() {
        answer("");
        now += TIMEOUT.toNanos();
        ask(failed(new org.apache.kafka.common.errors.TimeoutException("Timed out waiting for a node assignment.")));
        assertThat(brokers.renewals()).isEqualTo(1);
        assertThat(brokers.why()).contains("node assignment");
    }

    @Test
    void manyQuestionsThatEndTogetherMakeOneClient() {
        answer("");
        now += TIMEOUT.toNanos();
        var first = brokers.ask(_ -> new KafkaFutureImpl<String>());
        var second = brokers.ask(_ -> new KafkaFutureImpl<String>());
        assertThatThrownBy(first::join).isNotNull();
        assertThatThrownBy(second::join).isNotNull();
        assertThat(brokers.renewals()).isEqualTo(1);
    }

    @Test
    void aRefusalIsAnAnswerAndNoReasonForAnotherClient() {
        now += TIMEOUT.toNanos();
        ask(failed(new TopicAuthorizationException("not allowed")));
        assertThat(brokers.isAnswered()).isTrue();
        ask(failed(new UnknownTopicOrPartitionException("no such topic")));
        assertThat(brokers.isAnswered()).isTrue();
        ask(failed(new SaslAuthenticationException("wrong password")));
        assertThat(brokers.isAnswered()).isFalse();
        assertThat(brokers.why()).isEqualTo("wrong password");
        assertThat(made).hasSize(1);
    }
}
