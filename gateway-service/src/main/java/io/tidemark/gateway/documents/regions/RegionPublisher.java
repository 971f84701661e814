package io.tidemark.gateway.documents.regions;

import io.tidemark.commons.outage.Outage;
import io.tidemark.contracts.DocumentHead;
import io.tidemark.gateway.documents.store.Agenda;
import io.tidemark.gateway.documents.store.DocumentName;
import io.tidemark.gateway.documents.store.ReplicaStore;
import io.tidemark.gateway.documents.store.Unpublished;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the other regions of what was edited or erased. Blocks, and fails while brokers or Redis do; to tell again is safe. */
final class RegionPublisher {
    private static final Logger log = LoggerFactory.getLogger(RegionPublisher.class);

    private final Agenda agenda;
    private final ReplicaStore replicas;
    private final DocumentLog documents;
    private final Outage outage =
            new Outage(log, "Other regions are not told of documents", "Other regions are told of documents");

    RegionPublisher(Agenda agenda, ReplicaStore replicas, DocumentLog documents) {
        this.agenda = agenda;
        this.replicas = replicas;
        this.documents = documents;
    }

    /** Whether the last one was told. */
    Outage outage() {
        return outage;
    }

    void publish(DocumentName name) {
        switch (replicas.unpublished(name).join()) {
            case Unpublished.Nothing _ -> {}
            case Unpublished.Erased(var at, var stores) ->
                documents.erased(name, new DocumentHead.Erased(at, stores)).join();
            case Unpublished.Edits told -> {
                if (!told.update().isEmpty()) {
                    documents.edits(name, told).join();
                    replicas.published(name, told).join();
                }
            }
        }
        agenda.known(name).join();
    }
}
