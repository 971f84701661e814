package io.tidemark.gateway.documents.regions;

import static io.tidemark.gateway.documents.regions.TwoRegions.LIMIT;
import static io.tidemark.gateway.documents.regions.TwoRegions.all;
import static io.tidemark.gateway.documents.regions.TwoRegions.at;
import static io.tidemark.gateway.documents.regions.TwoRegions.edits;
import static io.tidemark.gateway.documents.regions.TwoRegions.get;
import static io.tidemark.gateway.documents.regions.TwoRegions.newName;
import static io.tidemark.gateway.documents.regions.TwoRegions.typed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.contracts.DocumentHead;
import io.tidemark.documents.dialect.Message;
import io.tidemark.documents.update.Update;
import io.tidemark.gateway.documents.DocumentClient;
import io.tidemark.gateway.documents.store.DocumentName;
import io.tidemark.gateway.documents.store.ReplicaStore;
import io.tidemark.gateway.fixtures.GatewayUnderTest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What regions tell each other. A part of {@link RegionsTest}. */
abstract class RegionsTelling {
    private final TwoRegions regions;

    RegionsTelling(TwoRegions regions) {
        this.regions = regions;
    }

    @Test
    void anEditReachesTheOtherRegionAndDoesNotComeBack() throws Exception {
        String document = newName();
        DocumentClient anna = at(regions.eu, document);
        DocumentClient ben = at(regions.us, document);
        Update ofAnna = DocumentClient.letter(7, 0, "a");
        Update ofBen = DocumentClient.letter(8, 0, "b");

        anna.say(new Message.Edit(ofAnna));
        ben.hearsEdit(ofAnna);
        ben.say(new Message.Edit(ofBen));
        anna.hearsEdit(ofAnna);
        anna.hearsEdit(ofBen);

        // each has heard the other's vector, after all that was edited
        for (GatewayUnderTest gateway : List.of(regions.eu, regions.us)) {
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(get(gateway, document))
                            .contains("\"lag\":0", "\"others\":{\"" + (gateway == regions.us ? "eu" : "us") + "\"")
                            .containsPattern("\"others\".*\"8\":1,\"7\":1")
                            .doesNotContain("\"lag\":1"));
        }
        assertThat(edits(regions.atEu, document)).isEqualTo(2);
        assertThat(edits(regions.atUs, document)).isEqualTo(2);
    }

    @Test
    void whatIsTooLongForARecordComesWhole() {
        String document = newName();
        DocumentClient anna = at(regions.eu, document);
        Update tooLong = typed("x".repeat(900_000));

        anna.say(new Message.Edit(tooLong));

        await().atMost(LIMIT).until(() -> edits(regions.atUs, document) == 1);
        assertThat(all(regions.us, document)).isEqualTo(tooLong);
    }

    @Test
    void whatStaysInItsRegionIsToldToNobody() {
        String document = "home-" + newName();
        DocumentClient anna = at(regions.eu, document);
        anna.say(new Message.Edit(DocumentClient.letter(7, 0, "a")));
        anna.hears(Message.Edit.class);
        String after = newName();
        DocumentClient ben = at(regions.eu, after);
        ben.say(new Message.Edit(DocumentClient.letter(7, 0, "a")));
        await().atMost(LIMIT).until(() -> edits(regions.atUs, after) == 1);

        assertThat(regions.atUs.sync().keys("tidemark:document:{" + document + "}:*"))
                .isEmpty();
        assertThat(regions.atEu.sync().zscore("tidemark:{documents}:publish", document))
                .isNull();
    }

    @Test
    void aGatewayThatDiesBeforeItTellsTheOthersLeavesItToAnother() {
        String document = newName();
        DocumentClient anna = at(regions.eu, document);
        takenByTheDead(document, System.currentTimeMillis() + 60_000.0);
        anna.say(new Message.Edit(DocumentClient.letter(7, 0, "a")));
        anna.hears(Message.Edit.class);
        String other = newName();
        DocumentClient ben = at(regions.eu, other);
        ben.say(new Message.Edit(DocumentClient.letter(7, 0, "a")));
        await().atMost(LIMIT).until(() -> edits(regions.atUs, other) == 1);
        assertThat(edits(regions.atUs, document)).isZero();
        regions.atEu.sync().zrem("tidemark:{documents}:settle", document); // that regions compare would mend it, too

        takenByTheDead(document, 1); // its lease ends

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(edits(regions.atUs, document))
                        .as(this::agenda)
                        .isEqualTo(1));
    }

    private void takenByTheDead(String document, double until) {
        regions.atEu.sync().zadd("tidemark:{documents}:publish:taken", until, document);
    }

    private String agenda() {
        return "due " + regions.atEu.sync().zrangeWithScores("tidemark:{documents}:publish", 0, -1) + ", taken "
                + regions.atEu.sync().zrangeWithScores("tidemark:{documents}:publish:taken", 0, -1) + ", now "
                + regions.atEu.sync().time();
    }

    @Test
    void aRecordThatComesTwiceIsStoredOnce() {
        DocumentName name = new DocumentName(newName());
        DocumentHead head = DocumentHead.of(DocumentHead.Kind.EDITS, "eu");
        ReplicaStore replicas = regions.us.bean(ReplicaStore.class);
        Update edit = DocumentClient.letter(7, 0, "a");
        DocumentHead first = head.withEdits(new DocumentHead.Edits("e", 0, 3));
        assertThat(replicas.receive(name, first, edit).join()).isEqualTo(ReplicaStore.Received.STORED);
        assertThat(replicas.receive(name, first, edit).join()).isEqualTo(ReplicaStore.Received.KNOWN);
        assertThat(replicas.receive(name, head.withEdits(new DocumentHead.Edits("e", 3, 4)), edit)
                        .join())
                .isEqualTo(ReplicaStore.Received.STORED);
        assertThat(replicas.receive(name, head.withEdits(new DocumentHead.Edits("e", 6, 7)), edit)
                        .join())
                .isEqualTo(ReplicaStore.Received.GAP);
        assertThat(replicas.receive(name, head.withEdits(new DocumentHead.Edits("other", 0, 1)), edit)
                        .join())
                .isEqualTo(ReplicaStore.Received.STORED);
        assertThat(edits(regions.atUs, name.value())).isEqualTo(4);
    }
}
