package io.tidemark.gateway.documents.regions;

import io.tidemark.commons.digests.Sha256;
import io.tidemark.contracts.DocumentHead;
import io.tidemark.documents.update.StateVector;
import io.tidemark.documents.update.Update;
import io.tidemark.gateway.documents.store.Agenda;
import io.tidemark.gateway.documents.store.DocumentName;
import io.tidemark.gateway.documents.store.DocumentStore;
import io.tidemark.gateway.documents.store.ReplicaStore;
import io.tidemark.gateway.documents.store.Stored;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Brings regions together that have missed something of each other: each says what it has, and whoever has more sends the difference.
 * Vectors tell of what was typed, a digest of what was deleted. Blocks; to compare again is safe.
 */
final class Comparison {
    private final DocumentStore store;
    private final ReplicaStore replicas;
    private final Agenda agenda;
    private final DocumentLog documents;
    private final InstantSource clock;

    Comparison(DocumentStore store, ReplicaStore replicas, Agenda agenda, DocumentLog documents, InstantSource clock) {
        this.store = store;
        this.replicas = replicas;
        this.agenda = agenda;
        this.documents = documents;
        this.clock = clock;
    }

    /** All of a document, and what is known of it without its content; null if it was erased. */
    private record Mine(Update all, List<String> facts) {
        private boolean isThere() {
            return facts.size() > 1;
        }
    }

    private @Nullable Mine mine(DocumentName name) {
        List<String> facts = store.facts(name).join();
        return store.read(name, 0).join() instanceof Stored.Content content ? new Mine(all(content), facts) : null;
    }

    static Update all(Stored.Content content) {
        List<Update> all = new ArrayList<>(content.edits());
        if (content.snapshot() != null) {
            all.add(content.snapshot());
        }
        return Update.merge(all);
    }

    /** Says what this region has. */
    void tell(DocumentName name) {
        Mine mine = mine(name);
        if (mine == null) {
            agenda.announce(name).join();
        } else if (mine.isThere()) {
            tell(name, mine, false);
        }
    }

    private void tell(DocumentName name, Mine mine, boolean answer) {
        List<String> facts = mine.isThere() ? mine.facts : List.of("", "0", "0", "0", "0", "", "");
        documents
                .state(
                        name,
                        new DocumentHead.Facts(
                                digest(mine.all),
                                Long.parseLong(facts.get(1)),
                                Long.parseLong(facts.get(2)),
                                Long.parseLong(facts.get(3)),
                                facts.get(5).isEmpty() ? null : Instant.parse(facts.get(5)),
                                clock.instant(),
                                answer),
                        mine.all.vector())
                .join();
    }

    private static String digest(Update all) {
        return HexFormat.of().formatHex(Sha256.of(all.deletions().bytes()));
    }

    /** Another region has said what it has. */
    void heard(DocumentName name, DocumentHead head, DocumentHead.Facts facts, StateVector theirs) {
        Mine mine = mine(name);
        if (mine == null) {
            agenda.announce(name).join();
            return;
        }
        replicas.heard(name, head, theirs).join();
        StateVector ours = mine.all.vector();
        boolean deletions = !digest(mine.all).equals(facts.deletions());
        if (mine.isThere() && (deletions || !theirs.covers(ours))) {
            String owner = mine.facts.get(6);
            documents
                    .difference(name, owner.isEmpty() ? null : owner, mine.all.since(theirs))
                    .join();
        }
        if (!facts.answer() && (deletions || !ours.covers(theirs))) {
            tell(name, mine, true);
        }
    }

    /** Whether all of what another region sent is here. */
    boolean has(DocumentName name, Update update) {
        return store.read(name, 0).join() instanceof Stored.Content content && update.isPartOf(all(content));
    }
}
