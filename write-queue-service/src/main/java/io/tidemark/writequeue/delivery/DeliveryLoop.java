package io.tidemark.writequeue.delivery;

import io.tidemark.commons.drain.Drain;
import io.tidemark.commons.outage.Outage;
import io.tidemark.commons.time.ClockSteps;
import io.tidemark.commons.topics.TopicWatch;
import io.tidemark.contracts.Topics;
import io.tidemark.writequeue.types.WriteTypesProperties;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Reads the write log and hands its records to the lanes of {@link OwnedPartitions}. Commits, per partition, the offset up
 * to which everything is finished. One thread reads; it starts anew after a failure.
 */
@Component
public class DeliveryLoop implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(DeliveryLoop.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration COORDINATOR_WITHIN = Duration.ofSeconds(2);
    private static final Duration COMMIT_EVERY = Duration.ofMillis(250);

    private final DeliveryConsumers consumers;
    private final OwnedPartitions partitions;
    private final TopicWatch topics;
    private final DeliveryProperties properties;
    private final Duration longestAttempt;
    private final OwnershipFence fence;
    private final Clock clock;
    private final Outage outage = new Outage(log, "The write log is not read", "The write log is read");
    private volatile Phase phase = Phase.STARTING;
    private volatile boolean stopping;
    private volatile @Nullable Thread thread;

    /** What the loop is doing. */
    public enum Phase {
        /** Waits for the broker, and for its place among the instances. */
        STARTING,
        /** Delivers. */
        RUNNING,
        /** Begins nothing, waits for attempts under way. */
        DRAINING,
        /** Has ended. */
        STOPPED
    }

    DeliveryLoop(
            DeliveryConsumers consumers,
            OwnedPartitions partitions,
            TopicWatch topics,
            DeliveryProperties properties,
            WriteTypesProperties types,
            OwnershipFence fence,
            Clock clock) {
        this.consumers = consumers;
        this.partitions = partitions;
        this.topics = topics;
        this.properties = properties;
        this.longestAttempt = types.origins().values().stream()
                .map(WriteTypesProperties.Origin::timeout)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
        this.fence = fence;
        this.clock = clock;
    }

    public Phase phase() {
        return phase;
    }

    /** How many partitions are this instance's. */
    public int partitions() {
        return partitions.size();
    }

    /** How many writes this instance has read and not finished. */
    public int pending() {
        return partitions.pending();
    }

    /** Partitions that stand still because a record is of a newer schema. */
    public Set<TopicPartition> halted() {
        return partitions.halted();
    }

    /** How long ago a heartbeat of this instance was sent that the broker has acknowledged. */
    public Duration sinceHeartbeat() {
        return fence.sinceHeartbeat();
    }

    /** Whether the log is read: this instance is a member of the group, and the broker knows. */
    public boolean isReading() {
        return phase == Phase.RUNNING && sinceHeartbeat().compareTo(properties.sessionTimeout()) <= 0;
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

    /** Who waits for his write to be delivered is answered first. */
    @Override
    public int getPhase() {
        return Drain.BEHIND_REQUESTS_PHASE;
    }

    private void run() {
        while (!stopping) {
            try {
                if (topics.details(Topics.WRITES).isPresent()) {
                    consume();
                }
            } catch (RuntimeException | OutOfMemoryError failure) { // what is no broker may claim to send gigabytes
                outage.failed(failure);
            } finally {
                partitions.abortAll();
                if (phase == Phase.RUNNING) {
                    phase = Phase.STARTING;
                }
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
        ClockSteps steps = new ClockSteps(clock, System::nanoTime);
        try (Consumer<byte[], byte[]> consumer = consumers.create()) {
            Heartbeats heartbeats = DeliveryConsumers.heartbeats(consumer);
            fence.watch(fenceLimit(), heartbeats::age);
            consumer.subscribe(List.of(Topics.WRITES), partitions.listener(consumer));
            long lastCommit = System.nanoTime();
            Duration step = Duration.ZERO;
            while (!stopping && step.isZero()) {
                for (ConsumerRecord<byte[], byte[]> next : consumer.poll(POLL)) {
                    partitions.take(next, consumer);
                }
                if (phase == Phase.STARTING && partitions.areAssigned()) {
                    heartbeats.joined();
                    phase = Phase.RUNNING;
                    outage.over();
                }
                heartbeats.look();
                partitions.bound(consumer);
                if (System.nanoTime() - lastCommit > COMMIT_EVERY.toNanos()) {
                    partitions.findGaps(consumer);
                    partitions.commit(consumer);
                    lastCommit = System.nanoTime();
                }
                step = steps.look();
            }
            if (!step.isZero()) { // the client's timers are of the wall clock: they would stand still, or fire at once
                log.warn("the clock was set by {}; the consumer of the write log is made anew", step);
            } else {
                phase = Phase.DRAINING;
            }
            partitions.releaseAll(consumer);
            if (step.isPositive()) {
                findCoordinator(consumer);
            }
        } finally {
            fence.watch(Duration.ZERO, () -> DeliveryConsumers.NEVER);
        }
    }

    /**
     * A client whose clock was set forward takes its session for over and forgets its coordinator: it would end without a word, and the
     * group would wait for it until its session is over indeed.
     */
    private static void findCoordinator(Consumer<byte[], byte[]> consumer) {
        try {
            consumer.committed(Set.of(new TopicPartition(Topics.WRITES, 0)), COORDINATOR_WITHIN);
        } catch (KafkaException unknown) {
            log.debug("the group is left without a word", unknown);
        }
    }

    /** An attempt that begins now has ended when the broker takes this instance for dead. */
    private Duration fenceLimit() {
        return properties.sessionTimeout().minus(longestAttempt).minus(consumers.heartbeat());
    }
}
