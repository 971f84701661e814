package io.tidemark.local.backends;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;

/**
 * Some brokers that keep each other's records, each a process of its own that can be killed, paused and started again. Each
 * is a controller too, so that of three any one may be away. A topic has as many replicas as there are brokers, up to three,
 * and is written where one less has it, unless its maker says otherwise.
 *
 * <pre>{@code
 * try (KafkaCluster kafka = KafkaCluster.start(3)) {
 *     kafka.bootstrapServers();
 *     kafka.broker(2).kill();
 * }
 * }</pre>
 */
public final class KafkaCluster implements AutoCloseable {
    private final List<EmbeddedKafka> brokers;

    private KafkaCluster(List<EmbeddedKafka> brokers) {
        this.brokers = List.copyOf(brokers);
    }

    /** So many on free ports, not started yet. */
    public static KafkaCluster create(int brokers) {
        return create(brokers, BackendOptions::named);
    }

    /** The same, with their logs and data in folders of their names below this one. */
    public static KafkaCluster create(int brokers, Path data) {
        return create(brokers, name -> BackendOptions.named(name).withData(data.resolve(name)));
    }

    private static KafkaCluster create(int brokers, Function<String, BackendOptions> options) {
        List<Integer> controllers = new ArrayList<>();
        for (int i = 0; i < brokers; i++) {
            controllers.add(Ports.free());
        }
        String voters = numbers(brokers).stream()
                .map(id -> id + "@127.0.0.1:" + controllers.get(id - 1))
                .collect(Collectors.joining(","));
        Map<String, String> settings = settings(Math.min(3, brokers));
        return new KafkaCluster(numbers(brokers).stream()
                .map(id -> new EmbeddedKafka(
                        options.apply("kafka-" + id),
                        new EmbeddedKafka.Node(id, controllers.get(id - 1), voters),
                        settings))
                .toList());
    }

    /** Starts so many on free ports; returns once all answer. */
    public static KafkaCluster start(int brokers) {
        KafkaCluster cluster = create(brokers);
        try {
            Backends.startAll(cluster.brokers);
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    private static Map<String, String> settings(int replicas) {
        Map<String, String> settings = new HashMap<>(BrokerDefaults.SETTINGS);
        for (String name : List.of(
                "default.replication.factor",
                "offsets.topic.replication.factor",
                "transaction.state.log.replication.factor",
                "share.coordinator.state.topic.replication.factor")) {
            settings.put(name, Integer.toString(replicas));
        }
        for (String name : List.of(
                "min.insync.replicas", "transaction.state.log.min.isr", "share.coordinator.state.topic.min.isr")) {
            settings.put(name, Integer.toString(Math.max(1, replicas - 1)));
        }
        return settings;
    }

    private static List<Integer> numbers(int count) {
        List<Integer> numbers = new ArrayList<>();
        for (int number = 1; number <= count; number++) {
            numbers.add(number);
        }
        return numbers;
    }

    /** All of them, as {@code bootstrap.servers}. */
    public String bootstrapServers() {
        return brokers.stream().map(Kafka::bootstrapServers).collect(Collectors.joining(","));
    }

    /**
     * One of them.
     *
     * @param id its {@code node.id}, from 1
     */
    public Kafka broker(int id) {
        return brokers.get(id - 1);
    }

    /** All of them, by their ids. */
    public List<Kafka> brokers() {
        return List.copyOf(brokers);
    }

    /**
     * Returns when every replica of every topic is in sync: who is missed while another is not back yet is missed by a log that two must
     * keep.
     *
     * @throws IOException if that takes longer, or nobody says
     */
    public void awaitAllInSync(Duration limit) throws IOException, InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
            while (!areAllInSync(admin)) {
                if (System.nanoTime() > end) {
                    throw new IOException("after " + limit.toSeconds() + " s not every replica is in sync");
                }
                Thread.sleep(200);
            }
        } catch (ExecutionException | TimeoutException unanswered) {
            throw new IOException("the brokers do not say what is in sync", unanswered);
        }
    }

    /** Another broker leads each partition of the topic: its replicas change places, as an administrator has them do. */
    public void moveLeaders(String topic) throws IOException, InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
            Map<TopicPartition, Optional<NewPartitionReassignment>> places = new HashMap<>();
            TopicDescription known = Objects.requireNonNull(admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .get(20, TimeUnit.SECONDS)
                    .get(topic));
            for (TopicPartitionInfo partition : known.partitions()) {
                List<Integer> ids = new ArrayList<>(
                        partition.replicas().stream().map(Node::id).toList());
                Collections.rotate(ids, -1 - ids.indexOf(partition.leader().id()));
                places.put(
                        new TopicPartition(topic, partition.partition()),
                        Optional.of(new NewPartitionReassignment(ids)));
            }
            admin.alterPartitionReassignments(places).all().get(20, TimeUnit.SECONDS);
            admin.electLeaders(ElectionType.PREFERRED, places.keySet()).all().get(20, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException unanswered) {
            throw new IOException("the brokers do not hand " + topic + " over", unanswered);
        }
    }

    private static boolean areAllInSync(Admin admin) throws InterruptedException, ExecutionException, TimeoutException {
        Set<String> names = admin.listTopics(new ListTopicsOptions().listInternal(true))
                .names()
                .get(20, TimeUnit.SECONDS);
        return admin.describeTopics(names).allTopicNames().get(20, TimeUnit.SECONDS).values().stream()
                .flatMap(topic -> topic.partitions().stream())
                .allMatch(partition ->
                        partition.isr().size() == partition.replicas().size());
    }

    @Override
    public void close() {
        brokers.forEach(Backend::close);
    }
}
