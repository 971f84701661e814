package io.tidemark.gateway.erase;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.commons.kafka.BrokerQuestions;
import io.tidemark.commons.kafka.KafkaClients;
import io.tidemark.commons.redis.RedisConnections;
import io.tidemark.contracts.Topics;
import io.tidemark.gateway.identity.GatewayIdentity;
import io.tidemark.gateway.redis.RedisConnection;
import io.tidemark.gateway.store.PersonalIndex;
import io.tidemark.gateway.store.StoredRecordHead;
import io.tidemark.gateway.store.TagIndex;
import io.tidemark.state.configuration.EraserLifecycle;
import io.tidemark.state.erasure.EraserLoop;
import io.tidemark.state.erasure.KeyErasure;
import io.tidemark.state.erasure.PersonEraser;
import io.tidemark.state.erasure.PersonErasure;
import io.tidemark.state.erasure.PersonStore;
import io.tidemark.state.keys.DataKeys;
import io.tidemark.state.redis.StateRedis;
import io.tidemark.state.session.SessionErasure;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.Producer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** With Kafka and Redis: the index of the region's Redis, and this gateway's part in erasing from it. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(
        name = {"tidemark.kafka.enabled", "tidemark.redis.enabled", "tidemark.purge.eraser"},
        matchIfMissing = true)
class EraserConfiguration {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    /** Of the eraser's own, so that a long scan delays no request. */
    @Bean
    RedisConnection<RedisConnection.Commands> eraserRedis(
            LettuceConnectionFactory redis, RedisConnections connections) {
        return RedisConnection.forCommands(redis.getRequiredNativeClient(), connections);
    }

    @Bean
    TagIndex tagIndex(RedisConnection<RedisConnection.Commands> eraserRedis) {
        return new RedisTagIndex(eraserRedis, RedisTagIndex.MAX_MEMBERS);
    }

    @Bean
    EraserLifecycle eraser(
            RedisConnection<RedisConnection.Commands> eraserRedis,
            RedisConnections connections,
            ObjectProvider<StoredRecordHead.Reader> heads,
            GatewayIdentity gateway,
            Producer<byte[], byte[]> purgeLogProducer,
            KafkaClients clients,
            MeterRegistry registry) {
        Counter deleted = Counter.builder("tidemark.eraser.deleted")
                .description("Responses that this gateway deleted from its region's Redis because of a purge")
                .register(registry);
        return new EraserLifecycle(() -> new EraserLoop(
                "responses",
                () -> consumer(clients, "tidemark-eraser-" + gateway.region()),
                purgeLogProducer,
                () -> epoch(clients.questions()),
                new ResponseEraser(
                        gateway.region(),
                        new RedisEraser(eraserRedis, connections, heads.getObject(), TIMEOUT),
                        InstantSource.system(),
                        deleted::increment)));
    }

    /** Where there is state: what of it belongs to persons. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty(
            name = {"tidemark.kafka.enabled", "tidemark.redis.enabled", "tidemark.purge.eraser"},
            matchIfMissing = true)
    @ConditionalOnProperty("tidemark.state.enabled")
    static class OfPersons {
        @Bean
        PersonErasure personErasure(
                StateRedis state,
                PersonalIndex responses,
                ObjectProvider<PersonStore> others,
                DataKeys keys,
                PersonErasure.Place erasedUpTo) {
            List<PersonStore> stores = new ArrayList<>(List.of(responses, new SessionErasure(state)));
            others.orderedStream().filter(other -> !stores.contains(other)).forEach(stores::add);
            stores.add(new KeyErasure(keys)); // what opens the others
            return new PersonErasure(stores, erasedUpTo, TIMEOUT);
        }

        @Bean
        EraserLifecycle personEraser(
                PersonErasure persons,
                GatewayIdentity gateway,
                Producer<byte[], byte[]> purgeLogProducer,
                KafkaClients clients,
                MeterRegistry registry) {
            AtomicInteger waiting = new AtomicInteger();
            Gauge.builder("tidemark.eraser.persons.waiting", waiting, AtomicInteger::get)
                    .description("Erasures of persons that wait for a store of this gateway's region")
                    .register(registry);
            return new EraserLifecycle(() -> new EraserLoop(
                    "persons",
                    () -> consumer(clients, "tidemark-eraser-persons-" + gateway.region()),
                    purgeLogProducer,
                    () -> epoch(clients.questions()),
                    new PersonEraser(gateway.region(), persons, InstantSource.system(), waiting)));
        }
    }

    private static Consumer<byte[], byte[]> consumer(KafkaClients clients, String group) {
        return clients.consumer(Map.of(
                ConsumerConfig.GROUP_ID_CONFIG, group,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 200,
                ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1,
                ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000,
                ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 2_000));
    }

    private static String epoch(BrokerQuestions brokers) {
        return brokers.answer(admin -> Objects.requireNonNull(admin.describeTopics(List.of(Topics.PURGES))
                        .topicNameValues()
                        .get(Topics.PURGES)))
                .topicId()
                .toString();
    }
}
