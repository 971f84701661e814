package io.tidemark.commons.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A producer that outlives its thread. It is made when something is first sent, so that a name that does not resolve yet fails a
 * record and not the start, and made anew once its thread has ended: what was under way then fails, though it may have been
 * written. So it is once brokers have refused who it is, or that it may write at all: a client of Kafka's that was refused so
 * takes nothing more, even when it would be let in. Sends to no topic that is not known to be there ({@link KnownTopics}).
 * Thread-safe; no transactions.
 */
final class LivingProducer implements Producer<byte[], byte[]> {
    private static final Logger log = LoggerFactory.getLogger(LivingProducer.class);

    private final String name;
    private final Supplier<Producer<byte[], byte[]>> clients;
    private final Predicate<Object> isAlive;
    private final Predicate<String> isKnown;
    private final Runnable onRenewal;
    private @Nullable Life life;
    private boolean closed;

    /** One client, what it has not answered yet, and whether it was refused for good. */
    private record Life(Producer<byte[], byte[]> client, Set<Pending> pending, AtomicBoolean refused) {
        void failed(Throwable failure) {
            for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                if (cause instanceof AuthenticationException || cause instanceof ClusterAuthorizationException) {
                    refused.set(true);
                }
            }
        }
    }

    private static final class Pending extends CompletableFuture<RecordMetadata> implements Callback {
        private final @Nullable Callback callback;
        private final @Nullable Life life;

        /** @param life whose client is asked; absent: none is */
        Pending(@Nullable Callback callback, @Nullable Life life) {
            this.callback = callback;
            this.life = life;
        }

        /** Only the first of two is heard: the client's answer, or that the client has died. */
        @Override
        public void onCompletion(@Nullable RecordMetadata metadata, @Nullable Exception failure) {
            if (life != null && life.pending().remove(this)) {
                if (failure != null) {
                    life.failed(failure);
                }
                tell(metadata, failure);
            }
        }

        void tell(@Nullable RecordMetadata metadata, @Nullable Exception failure) {
            if (callback != null) {
                callback.onCompletion(metadata, failure);
            }
            if (failure == null) {
                complete(metadata);
            } else {
                completeExceptionally(failure);
            }
        }
    }

    /**
     * @param name for what is said
     * @param clients makes one; may fail
     * @param isAlive whether the client's thread lives
     * @param isKnown whether a topic is known to be there
     */
    LivingProducer(
            String name,
            Supplier<Producer<byte[], byte[]>> clients,
            Predicate<Object> isAlive,
            Predicate<String> isKnown,
            Runnable onRenewal) {
        this.name = name;
        this.clients = clients;
        this.isAlive = isAlive;
        this.isKnown = isKnown;
        this.onRenewal = onRenewal;
    }

    @Override
    public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> toSend) {
        return send(toSend, null);
    }

    @Override
    public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> toSend, @Nullable Callback callback) {
        if (!isKnown.test(toSend.topic())) {
            Pending refused = new Pending(callback, null);
            refused.tell(null, new UnknownTopicOrPartitionException("there is no topic " + toSend.topic() + " (yet)"));
            return refused;
        }
        Life now = life();
        Pending pending = new Pending(callback, now);
        now.pending().add(pending);
        try {
            var _ = now.client().send(toSend, pending);
        } catch (RuntimeException failure) {
            now.pending().remove(pending);
            now.failed(failure);
            throw failure;
        }
        return pending;
    }

    /** Ends a client whose thread has ended, or that was refused for good; the next record makes another. */
    void renewIfDead() {
        Life dead;
        synchronized (this) {
            dead = life;
            if (dead == null || (isAlive.test(dead.client()) && !dead.refused().get())) {
                return;
            }
            life = null;
        }
        onRenewal.run();
        if (dead.refused().get()) {
            log.debug("Kafka's {} client was refused; it is made anew", name); // whoever sent something says why
        } else {
            log.warn("The thread of Kafka's {} client has ended; the client is made anew", name);
        }
        dead.client().close(Duration.ZERO); // from here on it takes nothing more
        KafkaException died = new KafkaException("the client was given up; the record may have been written");
        List.copyOf(dead.pending()).forEach(pending -> pending.onCompletion(null, died));
    }

    private synchronized Life life() {
        if (closed) {
            throw new KafkaException("this service stops");
        }
        Life present = life;
        if (present == null) {
            present = new Life(clients.get(), ConcurrentHashMap.newKeySet(), new AtomicBoolean());
            life = present;
        }
        return present;
    }

    @Override
    public List<PartitionInfo> partitionsFor(String topic) {
        if (!isKnown.test(topic)) {
            throw new UnknownTopicOrPartitionException("there is no topic " + topic + " (yet)");
        }
        return life().client().partitionsFor(topic);
    }

    @Override
    public Map<MetricName, ? extends Metric> metrics() {
        return life().client().metrics();
    }

    @Override
    public Uuid clientInstanceId(Duration timeout) {
        return life().client().clientInstanceId(timeout);
    }

    @Override
    public void flush() {
        life().client().flush();
    }

    @Override
    public void close() {
        close(Duration.ofSeconds(2));
    }

    @Override
    public void close(Duration timeout) {
        Life last;
        synchronized (this) {
            closed = true;
            last = life;
            life = null;
        }
        if (last != null) {
            last.client().close(timeout);
        }
    }

    @Override
    public void initTransactions() {
        throw new UnsupportedOperationException("no transactions");
    }

    @Override
    public void beginTransaction() {
        throw new UnsupportedOperationException("no transactions");
    }

    @Override
    public void sendOffsetsToTransaction(
            Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata groupMetadata) {
        throw new UnsupportedOperationException("no transactions");
    }

    @Override
    public void commitTransaction() {
        throw new UnsupportedOperationException("no transactions");
    }

    @Override
    public void abortTransaction() {
        throw new UnsupportedOperationException("no transactions");
    }

    @Override
    public void registerMetricForSubscription(org.apache.kafka.common.metrics.KafkaMetric metric) {
        life().client().registerMetricForSubscription(metric);
    }

    @Override
    public void unregisterMetricFromSubscription(org.apache.kafka.common.metrics.KafkaMetric metric) {
        life().client().unregisterMetricFromSubscription(metric);
    }
}
