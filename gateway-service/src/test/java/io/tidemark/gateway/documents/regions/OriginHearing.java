package io.tidemark.gateway.documents.regions;

import static io.tidemark.gateway.documents.regions.TwoRegions.LIMIT;
import static io.tidemark.gateway.documents.regions.TwoRegions.all;
import static io.tidemark.gateway.documents.regions.TwoRegions.at;
import static io.tidemark.gateway.documents.regions.TwoRegions.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.documents.dialect.Message;
import io.tidemark.documents.update.Update;
import io.tidemark.gateway.documents.DocumentClient;
import io.tidemark.gateway.documents.store.DocumentName;
import io.tidemark.gateway.documents.store.DocumentStore;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the origin hears of documents. A part of {@link RegionsTest}. */
abstract class OriginHearing {
    private final TwoRegions regions;

    OriginHearing(TwoRegions regions) {
        this.regions = regions;
    }

    @Test
    void theOriginHearsOfWhatItLacksOnce() {
        String document = newName();
        DocumentClient anna = at(regions.us, document);
        List<Update> word = DocumentClient.word(7, "abc");
        regions.writes.refusals.set(2);

        anna.say(new Message.Edit(word.get(0)));
        await().atMost(LIMIT).until(() -> regions.writes.of(document).stream().anyMatch(each -> each.answer() == 202));
        regions.writes.refusals.set(0);
        List<OfferedWrites.Offered> first = regions.writes.of(document);
        assertThat(first).allMatch(each -> each.update().equals(word.get(0)));
        assertThat(first.stream().map(OfferedWrites.Offered::key).distinct()).hasSize(1);

        anna.say(new Message.Edit(word.get(1)));
        anna.say(new Message.Edit(word.get(2)));
        anna.say(new Message.Edit(DocumentClient.deletion(7, 0, 1)));
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(Update.merge(regions.writes.of(document).stream()
                                        .map(OfferedWrites.Offered::update)
                                        .toList())
                                .compacted())
                        .isEqualTo(all(regions.us, document).compacted()));
        assertThat(regions.writes.of(document).getLast().update().vector().clocks())
                .as("what the origin has is not in it")
                .isEmpty();
        assertThat(regions.writes.of(document).stream()
                        .filter(each -> each.answer() == 202)
                        .map(OfferedWrites.Offered::key))
                .doesNotHaveDuplicates();
    }

    /** Nothing is to be done for it any more. */
    private void awaitForwarded(String document) {
        await().atMost(LIMIT)
                .until(() -> regions.atEu.sync().zscore("tidemark:{documents}:forward", document) == null
                        && regions.atEu.sync().zscore("tidemark:{documents}:forward:taken", document) == null);
    }

    @Test
    void theOriginHearsOfAnErasureAfterTheChangesAndOnce() {
        String document = newName();
        DocumentClient anna = at(regions.us, document);
        anna.say(new Message.Edit(DocumentClient.letter(7, 0, "a")));
        await().atMost(LIMIT).until(() -> !regions.writes.of(document).isEmpty());

        for (int i = 0; i < 2; i++) {
            regions.us
                    .bean(DocumentStore.class)
                    .erase(new DocumentName(document), Instant.now())
                    .join();
            await().atMost(LIMIT)
                    .until(() -> regions.writes.of(document).getLast().type().equals("document.erased"));
            awaitForwarded(document);
        }

        assertThat(regions.writes.of(document).stream().map(OfferedWrites.Offered::type))
                .containsExactly("document.changed", "document.erased");
    }

    @Test
    void whatIsTooLargeForAWriteIsOfferedOnceUntilItChanges() {
        String document = newName();
        DocumentClient anna = at(regions.eu, document);
        regions.writes.tooLarge.add(document);
        anna.say(new Message.Edit(DocumentClient.letter(7, 0, "a")));
        await().atMost(LIMIT).until(() -> !regions.writes.of(document).isEmpty());
        awaitForwarded(document);
        assertThat(regions.writes.of(document)).hasSize(1);
        assertThat(tooLarge()).isEqualTo(1);

        regions.writes.tooLarge.remove(document);
        anna.say(new Message.Edit(DocumentClient.letter(7, 1, "b")));

        await().atMost(LIMIT).until(() -> regions.writes.of(document).getLast().answer() == 202);
        assertThat(regions.writes.of(document).getLast().update().vector().clock(7))
                .isEqualTo(2);
    }

    private double tooLarge() {
        return Stream.of(regions.eu, regions.otherEu)
                .mapToDouble(gateway -> gateway.bean(MeterRegistry.class)
                        .get("tidemark.documents.too.large")
                        .gauge()
                        .value())
                .sum();
    }
}
