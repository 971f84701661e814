package io.tidemark.commons.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the clients of a service, from the configuration that Boot has resolved (connection details, SSL bundles, customizers).
 * No answer that a client reads may be longer than {@link #maxAnswer}; a producer or admin client whose thread has ended is made
 * anew within a second. Thread-safe.
 */
public final class KafkaClients implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(KafkaClients.class);

    /** More than any answer that a broker gives, far less than what any other protocol reads as. */
    static final int MAX_ANSWER = 64 * 1024 * 1024;

    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final int QUESTION_MILLIS = 2_000;

    /**
     * What a client waits for a broker's answer, or for a connection, unless its own settings say otherwise. A broker that stands
     * still keeps its connections open: only this makes a client look for the one that leads now. Kafka's own 30 s are for
     * whoever can wait.
     */
    private static final Map<String, Object> PATIENCE = Map.of(
            CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG,
                    3_000, // more than a fetch waits for records, fetch.max.wait.ms
            CommonClientConfigs.SOCKET_CONNECTION_SETUP_TIMEOUT_MS_CONFIG, 2_000,
            CommonClientConfigs.SOCKET_CONNECTION_SETUP_TIMEOUT_MAX_MS_CONFIG, 4_000);

    /**
     * What a consumer has beside that: one whose fetches time out does not ask by itself who leads now. It asks in this rhythm; at first
     * whom it is connected to, perhaps the very broker that stands still, and then, as it keeps away from that one for longer
     * than it waits to ask again, another.
     */
    private static final Map<String, Object> LOOKS_ROUND = Map.of(
            CommonClientConfigs.METADATA_MAX_AGE_CONFIG, 2_000,
            CommonClientConfigs.RECONNECT_BACKOFF_MS_CONFIG, 500,
            CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);

    /** What is known of the clients' settings before a client adds its own. */
    public record Settings(Map<String, Object> consumer, Map<String, Object> producer, Map<String, Object> admin) {}

    private final Settings settings;
    private final KnownTopics topics;
    private final BrokerQuestions questions;
    private final List<LivingProducer> producers = new CopyOnWriteArrayList<>();
    private final AtomicLong renewals = new AtomicLong();
    private final ScheduledExecutorService supervisor = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("kafka-clients").daemon().factory());

    public KafkaClients(Settings settings, KnownTopics topics) {
        this.settings = settings;
        this.topics = topics;
        this.questions = new BrokerQuestions(
                this::admin, bootstrapServers(), Duration.ofMillis(QUESTION_MILLIS + 500), System::nanoTime);
        var _ = supervisor.scheduleWithFixedDelay(
                this::look, LOOK_EVERY.toMillis(), LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Makes a consumer, which whoever asked closes. It commits nothing by itself, belongs to no group but one among the
     * settings, and asking for a topic does not make it.
     *
     * @param own what it needs beside what is configured
     * @throws org.apache.kafka.common.KafkaException also while no bootstrap address resolves
     */
    public Consumer<byte[], byte[]> consumer(Map<String, Object> own) {
        Map<String, Object> config = new HashMap<>(settings.consumer());
        config.remove(ConsumerConfig.GROUP_ID_CONFIG);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        PATIENCE.forEach(config::putIfAbsent);
        LOOKS_ROUND.forEach(config::putIfAbsent);
        config.putAll(own);
        Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        ClientInternals.limitAnswers(consumer, maxAnswer(config));
        return consumer;
    }

    /**
     * A producer, which whoever asked closes; idempotent, and a record that it acknowledges is on all in-sync replicas. It is
     * made when something is first sent, and made anew when its thread has ended.
     *
     * @param name for what is said
     * @param own what it needs beside what is configured
     */
    public Producer<byte[], byte[]> producer(String name, Map<String, Object> own) {
        Map<String, Object> config = producerConfig(own);
        var living = new LivingProducer(
                name,
                () -> {
                    Producer<byte[], byte[]> made =
                            new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
                    ClientInternals.limitAnswers(made, MAX_ANSWER);
                    return made;
                },
                ClientInternals::isAlive,
                topics::isKnown,
                renewals::incrementAndGet);
        producers.add(living);
        return living;
    }

    /** The most bytes that a record of a producer with these settings may take ({@code max.request.size}). */
    public int maxRequestSize(Map<String, Object> own) {
        return new ProducerConfig(withSerializers(producerConfig(own))).getInt(ProducerConfig.MAX_REQUEST_SIZE_CONFIG);
    }

    /** The one way of this service to ask brokers. */
    public BrokerQuestions questions() {
        return questions;
    }

    /** The topics that are known to be there. */
    public KnownTopics topics() {
        return topics;
    }

    /** How often a client was made anew. */
    public long renewals() {
        return renewals.get() + questions.renewals();
    }

    /** The addresses that the brokers are looked for at, as configured. */
    public String bootstrapServers() {
        Object configured = settings.admin().get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG);
        return configured instanceof List<?> list
                ? String.join(",", list.stream().map(String::valueOf).toList())
                : String.valueOf(configured);
    }

    private Map<String, Object> producerConfig(Map<String, Object> own) {
        Map<String, Object> config = new HashMap<>(settings.producer());
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        PATIENCE.forEach(config::putIfAbsent);
        config.putAll(own);
        return config;
    }

    private static Map<String, Object> withSerializers(Map<String, Object> config) {
        Map<String, Object> complete = new HashMap<>(config);
        complete.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        complete.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        return complete;
    }

    private Admin admin() {
        Map<String, Object> config = new HashMap<>(settings.admin());
        config.putIfAbsent(
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, QUESTION_MILLIS / 2); // then it asks another broker
        config.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, QUESTION_MILLIS);
        config.putIfAbsent(AdminClientConfig.SOCKET_CONNECTION_SETUP_TIMEOUT_MS_CONFIG, QUESTION_MILLIS / 2);
        config.putIfAbsent(AdminClientConfig.SOCKET_CONNECTION_SETUP_TIMEOUT_MAX_MS_CONFIG, QUESTION_MILLIS);
        Admin admin = Admin.create(config);
        ClientInternals.limitAnswers(admin, MAX_ANSWER);
        return admin;
    }

    private static int maxAnswer(Map<String, Object> config) {
        Object fetch = config.get(ConsumerConfig.FETCH_MAX_BYTES_CONFIG);
        long configured = fetch == null ? 0 : Long.parseLong(fetch.toString());
        return (int) Math.min(Integer.MAX_VALUE, Math.max(MAX_ANSWER, configured + MAX_ANSWER / 4));
    }

    private void look() {
        try {
            producers.forEach(LivingProducer::renewIfDead);
        } catch (RuntimeException failure) {
            log.warn("Kafka's clients could not be looked after: {}", failure.toString());
        }
    }

    @Override
    public void close() {
        supervisor.shutdownNow();
        producers.forEach(LivingProducer::close);
        questions.close();
    }
}
