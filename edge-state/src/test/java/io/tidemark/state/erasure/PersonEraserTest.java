package io.tidemark.state.erasure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.contracts.Erasure;
import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.RecordCodec;
import io.tidemark.contracts.Target;
import io.tidemark.contracts.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PersonEraserTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final TopicPartition PURGES = new TopicPartition(Topics.PURGES, 0);

    /** A store that can be away. */
    private static final class Held implements PersonStore {
        private final Set<String> persons = new ConcurrentSkipListSet<>(Set.of("k.ann", "k.bob"));
        private volatile boolean away = true;

        @Override
        public String name() {
            return "sessions";
        }

        @Override
        public CompletionStage<Long> erase(String person, Position position) {
            return away
                    ? CompletableFuture.failedFuture(new IllegalStateException("away"))
                    : CompletableFuture.completedFuture(persons.remove(person) ? 1L : 0L);
        }

        @Override
        public CompletionStage<Long> left(String person) {
            return CompletableFuture.completedFuture(persons.contains(person) ? 1L : 0L);
        }
    }

    @Test
    void itIsTriedAgainUntilItsStoreAnswersAndOnlyThenReported() {
        Held held = new Held();
        AtomicInteger waiting = new AtomicInteger();
        var consumer = new MockConsumer<byte[], byte[]>("earliest");
        consumer.updateBeginningOffsets(Map.of(PURGES, 0L));
        var producer = new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
        AtomicReference<@Nullable Position> place = new AtomicReference<>();
        PersonErasure persons = new PersonErasure(List.of(held), kept(place), SOON);
        EraserLoop loop = new EraserLoop(
                "persons",
                () -> consumer,
                producer,
                () -> "e",
                new PersonEraser("eu", persons, InstantSource.system(), waiting));
        Runnable records = () -> {
            consumer.addRecord(record(1, Target.tag("t")));
            consumer.addRecord(record(2, Target.subject("k.ann")));
        };
        consumer.schedulePollTask(() -> consumer.rebalance(List.of(PURGES)));
        consumer.schedulePollTask(records);
        try {
            loop.start();
            await().atMost(SOON).until(() -> !consumer.paused().isEmpty());
            assertThat(producer.history()).as("not done").isEmpty();
            assertThat(consumer.committed(Set.of(PURGES)).get(PURGES)).isNull();
            assertThat(waiting).hasValue(1);
            held.away = false;
            await().atMost(SOON).until(() -> !producer.history().isEmpty());
            await().atMost(SOON).until(() -> consumer.committed(Set.of(PURGES)).get(PURGES) != null);
            assertThat(place).hasValue(new Position("e", 2));
            held.persons.add("k.ann");
            place.set(new Position("e", 0)); // an older copy of Redis is put back, with all that it had
            await().atMost(SOON).until(() -> {
                consumer.schedulePollTask(records); // which the log still has
                return held.persons.size() == 1;
            });
        } finally {
            loop.close();
        }
        assertThat(producer.history()).as("of the tag it says nothing").isNotEmpty();
        Erasure erasure =
                RecordCodec.ERASURE.decode(producer.history().getFirst().value());
        assertThat(erasure.position()).isEqualTo(new Position("e", 2));
        assertThat(erasure.stores()).isEqualTo(Map.of("sessions", new Erasure.Store(1, 0)));
        assertThat(held.persons).containsExactly("k.bob");
        assertThat(waiting).hasValue(0);
    }

    private static PersonErasure.Place kept(AtomicReference<@Nullable Position> place) {
        return new PersonErasure.Place() {
            @Override
            public CompletionStage<@Nullable Position> get() {
                return CompletableFuture.completedFuture(place.get());
            }

            @Override
            public CompletionStage<?> set(Position position) {
                place.set(position);
                return CompletableFuture.completedFuture(null);
            }
        };
    }

    private static ConsumerRecord<byte[], byte[]> record(long offset, Target target) {
        Purge purge = new Purge("p" + offset, "crm", List.of(target), Purge.Mode.HARD, null, Instant.EPOCH);
        return new ConsumerRecord<>(Topics.PURGES, 0, offset, new byte[0], RecordCodec.PURGE.encode(purge));
    }
}
