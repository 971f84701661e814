package io.tidemark.gateway.documents.regions;

import static io.tidemark.gateway.documents.regions.TwoRegions.LIMIT;
import static io.tidemark.gateway.documents.regions.TwoRegions.at;
import static io.tidemark.gateway.documents.regions.TwoRegions.edits;
import static io.tidemark.gateway.documents.regions.TwoRegions.get;
import static io.tidemark.gateway.documents.regions.TwoRegions.key;
import static io.tidemark.gateway.documents.regions.TwoRegions.newName;
import static io.tidemark.gateway.documents.regions.TwoRegions.port;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.contracts.Erasure;
import io.tidemark.contracts.Position;
import io.tidemark.documents.dialect.Message;
import io.tidemark.documents.update.Update;
import io.tidemark.gateway.documents.DocumentClient;
import io.tidemark.gateway.documents.store.DocumentName;
import io.tidemark.gateway.documents.store.DocumentOwners;
import io.tidemark.gateway.documents.store.DocumentRedis;
import io.tidemark.gateway.documents.store.DocumentStore;
import io.tidemark.gateway.documents.store.Stored;
import io.tidemark.state.erasure.PersonErasure;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is erased in one region is erased in all. A part of {@link RegionsTest}. */
abstract class RegionsErasing {
    private final TwoRegions regions;

    RegionsErasing(TwoRegions regions) {
        this.regions = regions;
    }

    @Test
    void whatIsErasedIsErasedInAllRegionsWithAReceipt() throws Exception {
        String document = newName();
        DocumentName name = new DocumentName(document);
        DocumentClient anna = at(regions.eu, document);
        DocumentClient ben = at(regions.us, document);
        Update edit = DocumentClient.letter(7, 0, "a");
        anna.say(new Message.Edit(edit));
        ben.hearsEdit(edit);

        regions.awaitSettled(document);

        RegionalView.Receipt receipt =
                regions.otherEu.bean(RegionalView.class).erase(name).join();

        assertThat(receipt.waiting()).isEmpty();
        assertThat(receipt.regions().toString()).contains("eu={", "us={", "redis=1");
        assertThat(anna.closed()).isEqualTo(4404);
        assertThat(ben.closed()).isEqualTo(4404);
        DocumentClient offline = new DocumentClient(port(regions.us), document);
        assertThat(offline.closed()).isEqualTo(4404);
        assertThat(get(regions.us, document)).contains("\"status\":410", "document-erased");
        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(get(regions.us, document)).contains("\"regions\":{\"us\":{", "\"eu\":{"));
        assertThat(edits(regions.atUs, document)).isZero();
        assertThat(edits(regions.atEu, document)).isZero();
        assertThat(regions.atUs.sync().exists("tidemark:document:{" + document + "}:log"))
                .isZero();
    }

    @Test
    void anErasureAndACompactionMayComeInAnyOrder() {
        DocumentStore store = regions.eu.bean(DocumentStore.class);
        for (boolean erasedFirst : List.of(true, false)) {
            DocumentName name = new DocumentName(newName());
            Update edit = DocumentClient.letter(7, 0, "a");
            Stored.Edit stored = (Stored.Edit) store.append(name, "", edit, "").join();
            if (erasedFirst) {
                store.erase(name, Instant.EPOCH).join();
            }
            assertThat(store.compact(name, stored.epoch(), 0, 1, edit, Instant.EPOCH)
                            .join())
                    .isInstanceOf(erasedFirst ? Stored.Other.class : Stored.Done.class);
            store.erase(name, Instant.EPOCH).join();
            assertThat(store.append(name, stored.epoch(), edit, "").join()).isInstanceOf(Stored.Erased.class);
            assertThat(store.read(name, 0).join()).isInstanceOf(Stored.Erased.class);
            assertThat(regions.atEu.sync().exists(key(name, "log"), key(name, "snapshot")))
                    .isZero();
        }
    }

    @Test
    void whoIsErasedIsErasedWithTheirDocumentsInAllRegions() {
        DocumentName own = new DocumentName("secret-mine-" + newName());
        DocumentName others = new DocumentName("secret-mine-" + newName());
        DocumentName nobodys = new DocumentName(newName());
        DocumentOwners owners = regions.eu.bean(DocumentOwners.class);
        DocumentStore store = regions.eu.bean(DocumentStore.class);
        Update edit = DocumentClient.letter(7, 0, "a");
        String anna = owners.of(own, "anna");
        assertThat(owners.of(nobodys, "anna")).isEmpty();
        assertThat(anna).isNotEmpty().doesNotContain("anna");
        store.append(own, "", edit, anna).join();
        store.append(others, "", edit, owners.of(others, "ben")).join();
        await().atMost(LIMIT)
                .until(() -> edits(regions.atUs, own.value()) == 1 && edits(regions.atUs, others.value()) == 1);
        DocumentName late = new DocumentName("secret-mine-" + newName());
        DocumentOwners.note(regions.eu.bean(DocumentRedis.class), late, anna).join();
        assertThat(regions.atUs.sync().smembers("tidemark:documents:of:" + anna))
                .containsExactly(own.value());

        PersonErasure erasure = regions.eu.bean(PersonErasure.class);
        assertThat(erasure.stores()).containsExactly("responses", "sessions", "documents", "keys");
        assertThat(erasure.erase(List.of(anna), new Position("e", 1)).get("documents"))
                .isEqualTo(new Erasure.Store(1, 0));

        assertThat(store.read(own, 0).join()).isInstanceOf(Stored.Erased.class);
        assertThat(store.read(others, 0).join()).isInstanceOf(Stored.Content.class);
        assertThat(store.append(late, "", edit, anna).join())
                .as("one that was about to be made")
                .isInstanceOf(Stored.Erased.class);
        await().atMost(LIMIT)
                .until(() -> regions.us.bean(DocumentStore.class).read(own, 0).join() instanceof Stored.Erased);
    }

    @Test
    void whatARegionEditsThatDidNotHearOfTheErasureIsErasedThereToo() {
        DocumentName name = new DocumentName(newName());
        // as if the record of the erasure was lost
        regions.atEu.sync().hset("tidemark:document:{" + name + "}:meta", "erased", "2026-11-30T00:00:00Z");
        DocumentClient ben = at(regions.us, name.value());

        ben.say(new Message.Edit(DocumentClient.letter(7, 0, "a")));

        assertThat(ben.closed()).isEqualTo(4404);
        assertThat(edits(regions.atEu, name.value())).isZero();
        assertThat(edits(regions.atUs, name.value())).isZero();
    }
}
