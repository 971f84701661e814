package io.tidemark.gateway.documents.regions;

import static io.tidemark.gateway.documents.regions.TwoRegions.LIMIT;
import static io.tidemark.gateway.documents.regions.TwoRegions.all;
import static io.tidemark.gateway.documents.regions.TwoRegions.at;
import static io.tidemark.gateway.documents.regions.TwoRegions.edits;
import static io.tidemark.gateway.documents.regions.TwoRegions.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.contracts.Topics;
import io.tidemark.documents.dialect.Message;
import io.tidemark.documents.update.Update;
import io.tidemark.gateway.documents.DocumentClient;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Regions that have missed something of each other. A part of {@link RegionsTest}. */
abstract class RegionsApart {
    private final TwoRegions regions;

    RegionsApart(TwoRegions regions) {
        this.regions = regions;
    }

    @Test
    void whatWasMissedIsFetchedOnceTheGapIsSeen() {
        String document = newName();
        DocumentClient anna = at(regions.eu, document);
        List<Update> word = DocumentClient.word(7, "gap");
        anna.say(new Message.Edit(word.get(0)));
        await().atMost(LIMIT).until(() -> edits(regions.atUs, document) == 1);
        // the next is taken for told, and is not
        regions.atEu.sync().zadd("tidemark:{documents}:publish:taken", System.currentTimeMillis() + 60_000.0, document);
        anna.say(new Message.Edit(word.get(1)));
        anna.hears(Message.Edit.class);
        anna.hears(Message.Edit.class);
        regions.atEu.sync().hset("tidemark:document:{" + document + "}:meta", "published", "2");
        regions.atEu.sync().zrem("tidemark:{documents}:publish:taken", document);

        anna.say(new Message.Edit(word.get(2)));

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(all(regions.us, document).vector())
                        .isEqualTo(Update.merge(word).vector()));
    }

    @Test
    void regionsThatAreCutOffGoOnAndAgreeAfterwards() {
        String document = newName();
        DocumentClient anna = at(regions.eu, document);
        DocumentClient ben = at(regions.us, document);
        List<Update> ofAnna = DocumentClient.word(7, "anna in europe writes on and on");
        List<Update> ofBen = DocumentClient.word(8, "ben overseas");
        regions.kafka.kill();
        try {
            ofAnna.forEach(letter -> anna.say(new Message.Edit(letter)));
            ofBen.forEach(letter -> ben.say(new Message.Edit(letter)));
            anna.say(new Message.Edit(DocumentClient.deletion(7, 0, 5)));
            ofAnna.forEach(anna::hearsEdit);
            ofBen.forEach(ben::hearsEdit);
        } finally {
            regions.kafka.start();
        }

        await().atMost(LIMIT).untilAsserted(() -> {
            Update inEu = all(regions.eu, document);
            Update inUs = all(regions.us, document);
            assertThat(inEu.vector().clock(8)).isEqualTo(ofBen.size());
            assertThat(inUs.vector().clock(7)).isEqualTo(ofAnna.size());
            assertThat(inUs.compacted()).isEqualTo(inEu.compacted());
        });
        await().atMost(LIMIT).until(() -> regions.eu.bean(RegionMeters.class).waiting() == 0);
    }

    @Test
    void whoWasCutOffForLongerThanTheLogKeepsCompares() throws Exception {
        String document = newName();
        String unknown = newName();
        DocumentClient anna = at(regions.eu, document);
        List<Update> word = DocumentClient.word(7, "long");
        anna.say(new Message.Edit(word.getFirst()));
        await().atMost(LIMIT).until(() -> edits(regions.atUs, document) == 1);
        await().atMost(LIMIT).until(() -> regions.us.bean(RegionMeters.class).unread() == 0);
        regions.us.close();

        word.stream().skip(1).forEach(letter -> anna.say(new Message.Edit(letter)));
        DocumentClient carl = at(regions.eu, unknown);
        carl.say(new Message.Edit(DocumentClient.letter(9, 0, "c")));
        await().atMost(LIMIT).untilAsserted(() -> {
            for (String each : List.of(document, unknown)) {
                var meta = regions.atEu.sync().hgetall("tidemark:document:{" + each + "}:meta");
                assertThat(meta.get("published"))
                        .isEqualTo(meta.get("own"))
                        .isEqualTo(each.equals(document) ? "4" : "1");
            }
        });
        regions.awaitSettled(document);
        regions.awaitSettled(unknown);
        forgetAll();
        regions.startUs();

        await().atMost(LIMIT).until(() -> edits(regions.atUs, unknown) == 1);
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(all(regions.us, document).vector())
                        .isEqualTo(Update.merge(word).vector()));
    }

    private void forgetAll() throws Exception {
        try (Admin admin =
                Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, regions.kafka.bootstrapServers()))) {
            Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
            for (int partition = 0; partition < 12; partition++) { // as the topic is made
                ends.put(new TopicPartition(Topics.DOCUMENTS, partition), OffsetSpec.latest());
            }
            Map<TopicPartition, RecordsToDelete> deletes = new HashMap<>();
            admin.listOffsets(ends)
                    .all()
                    .get()
                    .forEach((partition, end) -> deletes.put(partition, RecordsToDelete.beforeOffset(end.offset())));
            admin.deleteRecords(deletes).all().get();
        }
    }
}
