package io.tidemark.gateway.documents.regions;

import io.tidemark.commons.outage.Outage;
import io.tidemark.contracts.RecordCodec.UnreadableRecordException;
import io.tidemark.contracts.Topics;
import io.tidemark.documents.lib0.MalformedException;
import io.tidemark.gateway.documents.store.DocumentName;
import io.tidemark.gateway.documents.store.DocumentSealing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what other regions tell of documents. The gateways of a region are one consumer group, so that each document is read by one
 * of them. What was read counts as read once it is stored; while Redis is away it waits. Where the log has let go of what was not read,
 * all regions are asked to compare.
 */
final class RegionReader implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RegionReader.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration COMMIT = Duration.ofSeconds(5);

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final RegionReceiver receiver;
    private final DocumentLog documents;
    private final Executor workers;
    private final RegionMeters meters;
    private final RecordParts parts = new RecordParts();
    private final Outage brokers =
            new Outage(log, "What other regions tell of documents is not read", "What other regions tell is read");
    private final Outage redis = new Outage(
            log, "What other regions tell of documents cannot be stored", "What other regions tell is stored");
    private final Thread thread =
            Thread.ofPlatform().name("documents-reader").daemon().unstarted(this::run);
    private volatile boolean stopping;

    RegionReader(
            Supplier<Consumer<byte[], byte[]>> consumers,
            RegionReceiver receiver,
            DocumentLog documents,
            Executor workers,
            RegionMeters meters) {
        this.consumers = consumers;
        this.receiver = receiver;
        this.documents = documents;
        this.workers = workers;
        this.meters = meters;
    }

    void start() {
        thread.start();
    }

    /** Why nothing is read or stored; empty while all is well. */
    String why() {
        return brokers.lasts() ? brokers.why() : redis.why();
    }

    private void run() {
        while (!stopping) {
            try (var consumer = consumers.get()) {
                follow(consumer);
            } catch (RuntimeException | OutOfMemoryError failure) { // what is no broker may claim to send gigabytes
                brokers.failed(failure);
                pause();
            }
        }
    }

    private void follow(Consumer<byte[], byte[]> consumer) {
        List<ConsumerRecord<byte[], byte[]>> waiting = new ArrayList<>();
        parts.clear();
        consumer.subscribe(List.of(Topics.DOCUMENTS), new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                waiting.clear(); // somebody else's now, from the last committed one on
                parts.clear();
            }

            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                brokers.over();
            }
        });
        while (!stopping) {
            try {
                consumer.poll(POLL).forEach(waiting::add);
                brokers.over();
            } catch (InvalidOffsetException gone) {
                consumer.seekToBeginning(gone.partitions());
                if (gone instanceof OffsetOutOfRangeException) {
                    log.warn("Records of other regions' documents are gone before they were read; regions compare");
                    documents.compare().join();
                }
                continue;
            }
            if (waiting.isEmpty()) {
                meters.unread(unread(consumer));
            } else if (received(waiting)) {
                consumer.commitSync(places(waiting), COMMIT);
                waiting.clear();
                consumer.resume(consumer.assignment());
                meters.unread(unread(consumer));
            } else {
                consumer.pause(consumer.assignment()); // stays in the group, and reads no further
                parts.clear();
                pause();
            }
        }
    }

    private static long unread(Consumer<byte[], byte[]> consumer) {
        return consumer.assignment().stream()
                .mapToLong(partition -> consumer.currentLag(partition).orElse(0))
                .sum();
    }

    private Map<TopicPartition, OffsetAndMetadata> places(List<ConsumerRecord<byte[], byte[]>> read) {
        Map<TopicPartition, OffsetAndMetadata> places = new HashMap<>();
        read.forEach(record -> places.put(
                new TopicPartition(record.topic(), record.partition()),
                new OffsetAndMetadata(parts.oldest(record.partition()).orElse(record.offset() + 1))));
        return places;
    }

    /** Whether all of them are done: documents beside each other, the records of one in order. */
    private boolean received(List<ConsumerRecord<byte[], byte[]>> records) {
        Map<DocumentName, List<DocumentRecord>> byDocument = new LinkedHashMap<>();
        boolean compare = false;
        for (ConsumerRecord<byte[], byte[]> record : records) {
            DocumentRecord whole = whole(record);
            if (whole == null || whole.head().region().equals(documents.region())) {
                continue;
            }
            if (whole.name() == null) {
                compare = true;
            } else {
                byDocument.computeIfAbsent(whole.name(), _ -> new ArrayList<>()).add(whole);
            }
        }
        List<CompletableFuture<Void>> work = new ArrayList<>();
        if (compare) {
            work.add(CompletableFuture.runAsync(receiver::compareAll, workers));
        }
        byDocument
                .values()
                .forEach(of -> work.add(CompletableFuture.runAsync(() -> of.forEach(this::receive), workers)));
        try {
            CompletableFuture.allOf(work.toArray(CompletableFuture[]::new)).join();
            redis.over();
            return true;
        } catch (CompletionException failure) {
            redis.failed(failure);
            return false;
        }
    }

    private @Nullable DocumentRecord whole(ConsumerRecord<byte[], byte[]> record) {
        try {
            return parts.add(DocumentRecord.read(record), record.partition(), record.offset(), record.timestamp());
        } catch (UnreadableRecordException unreadable) {
            unreadable(unreadable);
            return null;
        }
    }

    private void receive(DocumentRecord record) {
        try {
            receiver.receive(record);
        } catch (MalformedException | UnreadableRecordException | DocumentSealing.UnreadableException unreadable) {
            unreadable(unreadable);
        }
    }

    /** What one version writes and another does not read is passed over: it stops no other document. */
    private void unreadable(RuntimeException why) {
        meters.received("unreadable");
        log.debug("a record of documents is not read", why);
    }

    private void pause() {
        try {
            Thread.sleep(POLL);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stopping = true;
        try {
            if (!thread.join(Duration.ofSeconds(5))) {
                thread.interrupt();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
