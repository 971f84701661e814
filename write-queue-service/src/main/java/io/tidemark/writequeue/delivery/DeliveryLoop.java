package io.tidemark.writequeue.delivery;

import io.tidemark.contracts.RecordCodec.UnreadableRecordException;
import io.tidemark.contracts.Topics;
import io.tidemark.writequeue.log.LoggedWrite;
import io.tidemark.writequeue.types.WriteTypesProperties;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.SmartLifecycle;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.stereotype.Component;

/**
 * Reads the write log and hands its records to lanes, as a member of the group of all instances. Commits, per partition,
 * the offset up to which everything is finished. Before a partition is given up, its lanes have stopped.
 *
 * <p>One thread reads; it starts anew after a failure. State that others ask for is safe to read from any thread.
 */
@Component
@EnableConfigurationProperties(DeliveryProperties.class)
public class DeliveryLoop implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(DeliveryLoop.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration COMMIT_EVERY = Duration.ofMillis(250);
    private static final Duration NEVER = Duration.ofDays(1);
    private static final int HEARTBEATS_PER_SESSION = 6;

    private final KafkaProperties kafka;
    private final KafkaAdmin admin;
    private final DeliveryProperties properties;
    private final Duration longestAttempt;
    private final Delivery delivery;
    private final OwnershipFence fence;

    private final Map<TopicPartition, Lanes> lanes = new ConcurrentHashMap<>();
    private final Map<TopicPartition, Long> committed = new HashMap<>();
    private final Set<TopicPartition> halted = ConcurrentHashMap.newKeySet();
    private volatile Phase phase = Phase.STARTING;
    private volatile boolean stopping;
    private volatile @Nullable Thread thread;

    /** What the loop is doing. */
    public enum Phase {
        /** Waits for the broker. */
        STARTING,
        /** Delivers. */
        RUNNING,
        /** Begins nothing, waits for attempts under way. */
        DRAINING,
        /** Has ended. */
        STOPPED
    }

    DeliveryLoop(
            KafkaProperties kafka,
            KafkaAdmin admin,
            DeliveryProperties properties,
            WriteTypesProperties types,
            Delivery delivery,
            OwnershipFence fence) {
        this.kafka = kafka;
        this.admin = admin;
        this.properties = properties;
        this.longestAttempt = types.origins().values().stream()
                .map(WriteTypesProperties.Origin::timeout)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
        this.delivery = delivery;
        this.fence = fence;
    }

    public Phase phase() {
        return phase;
    }

    /** How many partitions are this instance's. */
    public int partitions() {
        return lanes.size();
    }

    /** How many writes this instance has read and not finished. */
    public int pending() {
        return lanes.values().stream().mapToInt(Lanes::pending).sum();
    }

    /** Partitions that stand still because a record could not be read. */
    public Set<TopicPartition> halted() {
        return Set.copyOf(halted);
    }

    /** How long ago the broker was last told that this instance lives. */
    public Duration sinceHeartbeat() {
        return fence.sinceHeartbeat();
    }

    @Override
    public void start() {
        stopping = false;
        thread = Thread.ofPlatform().name("write-delivery").start(this::run);
    }

    /** Drains: returns when no attempt is under way and what is finished is committed. */
    @Override
    public void stop() {
        stopping = true;
        if (phase == Phase.RUNNING) {
            phase = Phase.DRAINING;
        }
        Thread running = thread;
        try {
            if (running != null && !running.join(properties.drainTimeout().plusSeconds(5))) {
                log.error("the delivery loop does not end");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        Thread running = thread;
        return running != null && running.isAlive();
    }

    private void run() {
        while (!stopping) {
            try {
                if (admin.initialize()) { // makes the topics, if they are not there
                    consume();
                }
            } catch (RuntimeException failure) {
                log.error("delivery starts anew: {}", failure.toString(), failure);
            } finally {
                abortAll();
            }
            pause();
        }
        phase = Phase.STOPPED;
    }

    private void pause() {
        try {
            for (int i = 0; i < 10 && !stopping; i++) {
                Thread.sleep(Duration.ofMillis(100));
            }
        } catch (InterruptedException interrupted) {
            stopping = true;
        }
    }

    private void consume() {
        try (Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            Metric lastHeartbeat = lastHeartbeat(consumer);
            fence.watch(fenceLimit(), () -> sinceHeartbeat(lastHeartbeat));
            consumer.subscribe(List.of(Topics.WRITES), new Rebalance(consumer));
            phase = Phase.RUNNING;
            long lastCommit = System.nanoTime();
            while (!stopping) {
                for (ConsumerRecord<byte[], byte[]> next : consumer.poll(POLL)) {
                    take(next, consumer);
                }
                bound(consumer);
                if (System.nanoTime() - lastCommit > COMMIT_EVERY.toNanos()) {
                    Map<TopicPartition, OffsetAndMetadata> progress = progress(lanes.keySet());
                    if (!progress.isEmpty()) {
                        consumer.commitAsync(progress, (_, failure) -> {
                            if (failure != null) {
                                log.debug("a commit failed; the next one makes up for it: {}", failure.toString());
                                progress.keySet().forEach(committed::remove);
                            }
                        });
                    }
                    lastCommit = System.nanoTime();
                }
            }
            phase = Phase.DRAINING;
            release(consumer, Set.copyOf(lanes.keySet()));
        } finally {
            fence.watch(Duration.ZERO, () -> NEVER);
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> next, Consumer<byte[], byte[]> consumer) {
        TopicPartition partition = new TopicPartition(next.topic(), next.partition());
        Lanes owner = lanes.get(partition);
        if (owner == null || halted.contains(partition)) {
            return;
        }
        try {
            owner.add(new PendingWrite(LoggedWrite.of(next)));
        } catch (UnreadableRecordException | NumberFormatException unreadable) {
            // Skipping it would lose an accepted write. A newer version may be able to read it.
            log.error("{} stands still at offset {}: {}", partition, next.offset(), unreadable.getMessage());
            halted.add(partition);
            consumer.pause(Set.of(partition));
        }
    }

    /** Reads no further where too much is pending. */
    private void bound(Consumer<byte[], byte[]> consumer) {
        long limit = properties.maxPending().toBytes();
        Set<TopicPartition> paused = consumer.paused();
        lanes.forEach((partition, owner) -> {
            if (!paused.contains(partition) && owner.pendingBytes() > limit) {
                consumer.pause(Set.of(partition));
            } else if (paused.contains(partition) && !halted.contains(partition) && owner.pendingBytes() <= limit / 2) {
                consumer.resume(Set.of(partition));
            }
        });
    }

    /** Stops the lanes of partitions that are given up, waits for what is under way, and commits. */
    private void release(Consumer<byte[], byte[]> consumer, Collection<TopicPartition> partitions) {
        long deadline = System.nanoTime() + properties.drainTimeout().toNanos();
        List<Lanes> ending =
                partitions.stream().map(lanes::get).filter(Objects::nonNull).toList();
        ending.forEach(Lanes::stop);
        ending.forEach(owner -> owner.awaitEnd(Duration.ofNanos(Math.max(0, deadline - System.nanoTime()))));
        try {
            Map<TopicPartition, OffsetAndMetadata> progress = progress(partitions);
            if (!progress.isEmpty()) {
                consumer.commitSync(progress, Duration.ofSeconds(5));
            }
        } catch (RuntimeException failure) {
            log.warn(
                    "what is finished is not committed; it will be recognised when it is read again: {}",
                    failure.toString());
        }
        forget(partitions);
    }

    private void abortAll() {
        lanes.values().forEach(Lanes::abort);
        lanes.values().forEach(owner -> owner.awaitEnd(Duration.ofSeconds(2)));
        forget(Set.copyOf(lanes.keySet()));
    }

    private void forget(Collection<TopicPartition> partitions) {
        partitions.forEach(partition -> {
            lanes.remove(partition);
            committed.remove(partition);
            halted.remove(partition);
        });
    }

    /** What is finished and not yet committed. */
    private Map<TopicPartition, OffsetAndMetadata> progress(Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> progress = new HashMap<>();
        for (TopicPartition partition : partitions) {
            Lanes owner = lanes.get(partition);
            if (owner != null) {
                long offset = owner.committable();
                if (!Long.valueOf(offset).equals(committed.put(partition, offset))) {
                    progress.put(partition, new OffsetAndMetadata(offset));
                }
            }
        }
        return progress;
    }

    /** Runs on the loop's thread, inside of a poll. */
    private final class Rebalance implements ConsumerRebalanceListener {
        private final Consumer<byte[], byte[]> consumer;

        Rebalance(Consumer<byte[], byte[]> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            for (TopicPartition partition : partitions) {
                long from = consumer.position(partition, Duration.ofSeconds(30));
                lanes.put(partition, new Lanes("writes-" + partition.partition(), from, delivery));
                committed.put(partition, from);
            }
            if (!partitions.isEmpty()) {
                log.info("delivers partitions {}", partitions);
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            log.info("gives up partitions {}", partitions);
            release(consumer, partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            log.warn("lost partitions {}", partitions);
            List<Lanes> lost =
                    partitions.stream().map(lanes::get).filter(Objects::nonNull).toList();
            lost.forEach(Lanes::abort);
            lost.forEach(owner -> owner.awaitEnd(Duration.ofSeconds(2)));
            forget(partitions);
        }
    }

    private Duration fenceLimit() {
        return properties.sessionTimeout().minus(longestAttempt).minus(heartbeat());
    }

    private Duration heartbeat() {
        return properties.sessionTimeout().dividedBy(HEARTBEATS_PER_SESSION);
    }

    /** By the consumer's own metric, in whole seconds; it counts heartbeats that were sent. */
    private static Duration sinceHeartbeat(Metric lastHeartbeat) {
        return lastHeartbeat.metricValue() instanceof Double seconds && seconds >= 0
                ? Duration.ofSeconds(seconds.longValue())
                : NEVER;
    }

    private static Metric lastHeartbeat(Consumer<byte[], byte[]> consumer) {
        return consumer.metrics().entrySet().stream()
                .filter(metric -> metric.getKey().name().equals("last-heartbeat-seconds-ago"))
                .map(metric -> (Metric) metric.getValue())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("this Kafka client does not tell its last heartbeat"));
    }

    private Map<String, Object> config() {
        Map<String, Object> config = new HashMap<>(kafka.buildConsumerProperties());
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                List.of(CooperativeStickyAssignor.class.getName()));
        config.put(
                ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                Math.toIntExact(properties.sessionTimeout().toMillis()));
        config.put(
                ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                Math.toIntExact(heartbeat().toMillis()));
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 100);
        String instanceId = properties.instanceId();
        if (instanceId != null && !instanceId.isBlank()) {
            config.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, instanceId);
        }
        return config;
    }
}
