package io.tidemark.writequeue.erasure;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.commons.kafka.KafkaClients;
import io.tidemark.contracts.Erasure;
import io.tidemark.contracts.Topics;
import io.tidemark.state.configuration.EraserLifecycle;
import io.tidemark.state.erasure.EarliestPlace;
import io.tidemark.state.erasure.ErasedUpTo;
import io.tidemark.state.erasure.EraserLoop;
import io.tidemark.state.erasure.KeyErasure;
import io.tidemark.state.erasure.PersonEraser;
import io.tidemark.state.erasure.PersonErasure;
import io.tidemark.state.redis.StateRedis;
import io.tidemark.writequeue.log.DeadLetterReader;
import io.tidemark.writequeue.log.WriteLog;
import io.tidemark.writequeue.personal.KeyStore;
import io.tidemark.writequeue.personal.PersonalProperties;
import io.tidemark.writequeue.personal.SealedWrites;
import io.tidemark.writequeue.status.DeadLetterIndex;
import io.tidemark.writequeue.status.WritesOfClient;
import io.tidemark.writequeue.types.WriteTypesProperties;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Follows the purge log for persons who are erased, and reports as the place {@link Erasure#WRITE_QUEUE}. */
@Configuration(proxyBeanMethods = false)
class ErasureConfiguration {
    private static final String GROUP = "tidemark-eraser-persons-" + Erasure.WRITE_QUEUE;

    /** Of one store, with all that a person has there. */
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @Bean
    SmartLifecycle personEraser(
            SealedWrites seals,
            PersonalProperties properties,
            WriteTypesProperties types,
            WritesOfClient writes,
            DeadLetterIndex index,
            DeadLetterReader reader,
            WriteLog log,
            StateRedis redis,
            KeyStore keys,
            KafkaClients clients,
            MeterRegistry meters) {
        Duration longest = types.origins().values().stream()
                .map(WriteTypesProperties.Origin::timeout)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO)
                .multipliedBy(2);
        AtomicInteger waiting = new AtomicInteger();
        Gauge.builder("tidemark.writes.erasures.waiting", waiting, AtomicInteger::get)
                .description("Erasures of persons that wait: a store does not answer, or an attempt is under way")
                .register(meters);
        return new EraserLifecycle(() -> {
            var stores = new ArrayList<io.tidemark.state.erasure.PersonStore>(List.of(
                    new WritesErasure(false, writes, index, reader, log, longest),
                    new WritesErasure(true, writes, index, reader, log, longest)));
            seals.writes().ifPresent(personal -> stores.add(new KeyErasure(personal.keys())));
            PersonErasure persons = new PersonErasure(stores, place(redis, keys), TIMEOUT);
            return new EraserLoop(
                    "persons' writes",
                    () -> consumer(clients),
                    clients.producer("erasures", Map.of()),
                    () -> epoch(clients),
                    new PersonEraser(Erasure.WRITE_QUEUE, persons, InstantSource.system(), waiting));
        });
    }

    private static PersonErasure.Place place(StateRedis redis, KeyStore keys) {
        PersonErasure.Place ofQueue = new ErasedUpTo(redis, Erasure.WRITE_QUEUE);
        return keys.isSeparate()
                ? new EarliestPlace(List.of(ofQueue, new ErasedUpTo(keys.redis(), Erasure.WRITE_QUEUE)))
                : ofQueue;
    }

    private static Consumer<byte[], byte[]> consumer(KafkaClients clients) {
        return clients.consumer(Map.of(
                ConsumerConfig.GROUP_ID_CONFIG,
                GROUP,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                200,
                ConsumerConfig.FETCH_MIN_BYTES_CONFIG,
                1));
    }

    private static String epoch(KafkaClients clients) {
        return clients.questions()
                .answer(admin -> Objects.requireNonNull(admin.describeTopics(List.of(Topics.PURGES))
                        .topicNameValues()
                        .get(Topics.PURGES)))
                .topicId()
                .toString();
    }
}
