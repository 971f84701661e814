package io.tidemark.gateway.documents.regions;

import io.tidemark.contracts.DocumentHead;
import io.tidemark.documents.update.StateVector;
import io.tidemark.documents.update.Update;
import io.tidemark.gateway.documents.store.DocumentName;
import io.tidemark.gateway.documents.store.DocumentSealing;
import io.tidemark.gateway.documents.store.Done;
import io.tidemark.gateway.documents.store.Unpublished;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Tells other regions of documents. Each call is done once the brokers have it; to tell it again is safe. Thread-safe. */
final class DocumentLog {
    private static final byte[] NOTHING = {};

    private final Producer<byte[], byte[]> producer;
    private final DocumentSealing sealing;
    private final String region;

    DocumentLog(Producer<byte[], byte[]> producer, DocumentSealing sealing, String region) {
        this.producer = producer;
        this.sealing = sealing;
        this.region = region;
    }

    /** This one's name. */
    String region() {
        return region;
    }

    CompletableFuture<Done> edits(DocumentName name, Unpublished.Edits told) {
        DocumentHead head = DocumentHead.of(DocumentHead.Kind.EDITS, region)
                .withOwner(told.owner().isEmpty() ? null : told.owner())
                .withEdits(new DocumentHead.Edits(told.epoch(), told.after(), told.upTo()));
        return send(new DocumentRecord(
                name, head, sealing.sealForOthers(name, told.update().bytes())));
    }

    CompletableFuture<Done> difference(DocumentName name, @Nullable String owner, Update lacking) {
        DocumentHead head =
                DocumentHead.of(DocumentHead.Kind.DIFFERENCE, region).withOwner(owner);
        return send(new DocumentRecord(name, head, sealing.sealForOthers(name, lacking.bytes())));
    }

    CompletableFuture<Done> state(DocumentName name, DocumentHead.Facts facts, StateVector vector) {
        DocumentHead head = DocumentHead.of(DocumentHead.Kind.STATE, region).withFacts(facts);
        return send(new DocumentRecord(name, head, vector.bytes()));
    }

    CompletableFuture<Done> erased(DocumentName name, DocumentHead.Erased erased) {
        DocumentHead head = DocumentHead.of(DocumentHead.Kind.ERASED, region).withErased(erased);
        return send(new DocumentRecord(name, head, NOTHING));
    }

    /** That records were missed here. */
    CompletableFuture<Done> compare() {
        return send(new DocumentRecord(null, DocumentHead.of(DocumentHead.Kind.COMPARE, region), NOTHING));
    }

    private CompletableFuture<Done> send(DocumentRecord record) {
        List<CompletableFuture<RecordMetadata>> sent = new ArrayList<>();
        for (ProducerRecord<byte[], byte[]> part : record.toSend()) {
            CompletableFuture<RecordMetadata> one = new CompletableFuture<>();
            var _ = producer.send(part, (metadata, failure) -> {
                if (failure == null) {
                    one.complete(metadata);
                } else {
                    one.completeExceptionally(failure);
                }
            });
            sent.add(one);
        }
        return CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new)).thenApply(_ -> Done.DONE);
    }
}
