package io.tidemark.gateway.documents.regions;

import io.tidemark.contracts.DocumentHead;
import io.tidemark.documents.update.StateVector;
import io.tidemark.documents.update.Update;
import io.tidemark.gateway.documents.store.Agenda;
import io.tidemark.gateway.documents.store.DocumentName;
import io.tidemark.gateway.documents.store.DocumentSealing;
import io.tidemark.gateway.documents.store.DocumentStore;
import io.tidemark.gateway.documents.store.RegionsProperties;
import io.tidemark.gateway.documents.store.ReplicaStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;

/** Does what other regions tell of documents. Blocks, and fails while Redis or the brokers do; to do it again is safe. */
final class RegionReceiver {
    private final DocumentStore store;
    private final ReplicaStore replicas;
    private final Agenda agenda;
    private final Comparison comparison;
    private final DocumentSealing sealing;
    private final RegionsProperties regions;
    private final RegionMeters meters;
    private final InstantSource clock;

    RegionReceiver(
            DocumentStore store,
            ReplicaStore replicas,
            Agenda agenda,
            Comparison comparison,
            DocumentSealing sealing,
            RegionsProperties regions,
            RegionMeters meters,
            InstantSource clock) {
        this.store = store;
        this.replicas = replicas;
        this.agenda = agenda;
        this.comparison = comparison;
        this.sealing = sealing;
        this.regions = regions;
        this.meters = meters;
        this.clock = clock;
    }

    void receive(DocumentRecord record) {
        DocumentName name = record.name();
        if (name == null || !regions.leaves(name)) {
            meters.received("not-ours"); // a region whose settings say otherwise
            return;
        }
        DocumentHead head = record.head();
        switch (head.kind()) {
            case EDITS -> edits(name, head, Update.read(sealing.openOfOthers(name, record.value())));
            case DIFFERENCE -> {
                Update update = Update.read(sealing.openOfOthers(name, record.value()));
                if (comparison.has(name, update)) {
                    meters.received("known");
                } else {
                    edits(name, head, update);
                }
            }
            case STATE -> {
                if (head.facts() != null) {
                    meters.received("state");
                    comparison.heard(name, head, head.facts(), StateVector.read(record.value()));
                }
            }
            case ERASED -> {
                meters.received("erasure");
                store.eraseToo(name, clock.instant()).join();
                replicas.heard(name, head, StateVector.EMPTY).join();
            }
            case COMPARE -> {}
        }
    }

    private void edits(DocumentName name, DocumentHead head, Update update) {
        ReplicaStore.Received received = replicas.receive(name, head, update).join();
        meters.received(received.name().toLowerCase(Locale.ROOT));
        switch (received) {
            case GAP -> agenda.toSettle().mark(name, Duration.ZERO).join(); // and the other sends what is missing
            case ERASED -> agenda.announce(name).join(); // the other does not know yet
            case STORED, KNOWN -> {}
        }
    }

    /** Another region has missed something, and not of which document. */
    void compareAll() {
        meters.received("compare");
        agenda.walk();
    }
}
