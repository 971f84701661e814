package io.tidemark.commons.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LivingProducerTest {
    private final List<MockProducer<byte[], byte[]>> made = new ArrayList<>();
    private final Set<Object> dead = new HashSet<>();
    private final AtomicInteger renewals = new AtomicInteger();
    private final LivingProducer producer = new LivingProducer(
            "test",
            () -> {
                var one = new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
                made.add(one);
                return one;
            },
            client -> !dead.contains(client),
            topic -> !topic.equals("unknown"),
            renewals::incrementAndGet);

    private static ProducerRecord<byte[], byte[]> toSend(String topic) {
        return new ProducerRecord<>(topic, 0, new byte[1], new byte[1]);
    }

    @Test
    void itIsMadeWhenSomethingIsSentAndLivesOn() {
        assertThat(made).isEmpty();
        Future<RecordMetadata> first = producer.send(toSend("t"));
        producer.renewIfDead();
        var _ = producer.send(toSend("t"));
        assertThat(made).hasSize(1);
        made.getFirst().completeNext();
        assertThat(first).isDone();
    }

    @Test
    void whatWasUnderWayWhenItsThreadEndedFailsOnceAndTheNextGoesToAnother() {
        List<Exception> heard = new ArrayList<>();
        Future<RecordMetadata> lost = producer.send(toSend("t"), (_, failure) -> heard.add(failure));
        dead.add(made.getFirst());
        producer.renewIfDead();
        assertThat(lost).isDone();
        assertThatThrownBy(lost::get)
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("may have been written");
        assertThat(heard).hasSize(1);
        assertThat(made.getFirst().closed()).isTrue();

        Future<RecordMetadata> next = producer.send(toSend("t"));
        made.getLast().completeNext();
        assertThat(made).hasSize(2);
        assertThat(next).isDone();
        assertThat(renewals).hasValue(1);
    }

    /** A client that was refused so stays in an error, and takes nothing when its right, or its password, is there. */
    @ParameterizedTest
    @MethodSource("refusalsForGood")
    void oneThatWasRefusedAsAWholeIsMadeAnewAndOneWhoseTopicWasRefusedGoesOn(RuntimeException refusal) {
        var first = producer.send(toSend("t"));
        made.getFirst().errorNext(new TopicAuthorizationException("t"));
        producer.renewIfDead();
        var second = producer.send(toSend("t"));
        assertThat(made).hasSize(1);
        made.getFirst().errorNext(refusal);
        producer.renewIfDead();
        assertThatThrownBy(first::get).hasCauseInstanceOf(TopicAuthorizationException.class);
        assertThatThrownBy(second::get).hasCause(refusal);
        assertThat(made.getFirst().closed()).isTrue();

        Future<RecordMetadata> next = producer.send(toSend("t"));
        made.getLast().completeNext();
        assertThat(made).hasSize(2);
        assertThat(next).isDone();
        assertThat(renewals).hasValue(1);
    }

    static List<RuntimeException> refusalsForGood() {
        return List.of(
                new ClusterAuthorizationException("Cluster authorization failed."),
                new SaslAuthenticationException("Authentication failed"),
                new KafkaException("an error state", new SaslAuthenticationException("Authentication failed")));
    }

    @Test
    void aTopicThatIsNotKnownIsNotAskedForSoThatAskingDoesNotMakeIt() {
        List<Exception> heard = new ArrayList<>();
        var refused = producer.send(toSend("unknown"), (_, failure) -> heard.add(failure));
        assertThatThrownBy(refused::get).hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
        assertThatThrownBy(() -> producer.partitionsFor("unknown"))
                .isInstanceOf(UnknownTopicOrPartitionException.class);
        assertThat(heard).hasSize(1);
        assertThat(made).isEmpty();
    }
}
