package io.tidemark.gateway.documents.regions;

import static io.tidemark.gateway.documents.regions.TwoRegions.LIMIT;
import static io.tidemark.gateway.documents.regions.TwoRegions.all;
import static io.tidemark.gateway.documents.regions.TwoRegions.at;
import static io.tidemark.gateway.documents.regions.TwoRegions.edits;
import static io.tidemark.gateway.documents.regions.TwoRegions.key;
import static io.tidemark.gateway.documents.regions.TwoRegions.newName;
import static io.tidemark.gateway.documents.regions.TwoRegions.port;
import static io.tidemark.gateway.documents.regions.TwoRegions.typed;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RestoreArgs;
import io.tidemark.commons.kafka.KafkaClients;
import io.tidemark.contracts.Topics;
import io.tidemark.documents.dialect.Message;
import io.tidemark.documents.update.Update;
import io.tidemark.gateway.documents.DocumentClient;
import io.tidemark.gateway.documents.store.DocumentName;
import io.tidemark.gateway.documents.store.DocumentStore;
import io.tidemark.gateway.documents.store.Stored;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** What is sealed, in Redis and between the regions. A part of {@link RegionsTest}. */
abstract class RegionsSealing {
    private final TwoRegions regions;

    RegionsSealing(TwoRegions regions) {
        this.regions = regions;
    }

    @Test
    void whatIsSealedIsReadInBothRegionsAndLiesNowhereInPlain() {
        DocumentName name = new DocumentName("secret-" + newName());
        DocumentClient anna = at(regions.eu, name.value());
        DocumentClient ben = at(regions.us, name.value());
        Update canary = typed("canary-canary");

        anna.say(new Message.Edit(canary));

        ben.hearsEdit(canary);
        assertThat(at(regions.us, name.value()).hears(Message.Lacking.class).update())
                .isEqualTo(canary);
        for (int clock = 0; clock < 20; clock++) {
            ben.say(new Message.Edit(DocumentClient.letter(8, clock, "x")));
        }
        await().atMost(LIMIT).until(() -> regions.atUs.sync().exists(key(name, "snapshot")) == 1);
        await().atMost(LIMIT).until(() -> all(regions.eu, name.value()).vector().clock(8) == 20);
        assertThat(all(regions.us, name.value()).compacted())
                .isEqualTo(all(regions.eu, name.value()).compacted());
        for (var region : List.of(regions.atEu, regions.atUs)) {
            for (String part : region.sync().keys("tidemark:document:{" + name + "}:*")) {
                assertThat(new String(region.sync().dump(part), ISO_8859_1))
                        .as(part)
                        .doesNotContain("canary")
                        .isNotEmpty();
            }
        }
        assertThat(told()).isNotEmpty().noneMatch(record -> record.contains("canary"));
    }

    /** All that the log has. */
    private List<String> told() {
        List<String> told = new ArrayList<>();
        try (var consumer = regions.eu.bean(KafkaClients.class).consumer(Map.of())) {
            List<TopicPartition> all = IntStream.range(0, 12)
                    .mapToObj(partition -> new TopicPartition(Topics.DOCUMENTS, partition))
                    .toList();
            consumer.assign(all);
            Map<TopicPartition, Long> ends = consumer.endOffsets(all);
            consumer.seekToBeginning(all);
            while (all.stream().anyMatch(each -> consumer.position(each) < Objects.requireNonNull(ends.get(each)))) {
                consumer.poll(Duration.ofSeconds(1))
                        .forEach(record -> told.add(new String(record.value(), ISO_8859_1)));
            }
        }
        return told;
    }

    @Test
    void anOldCopyOfWhatWasSealedAndErasedDoesNotOpen() {
        DocumentName name = new DocumentName("secret-" + newName());
        DocumentClient anna = at(regions.eu, name.value());
        Update canary = typed("canary");
        anna.say(new Message.Edit(canary));
        anna.hearsEdit(canary);
        await().atMost(LIMIT).until(() -> edits(regions.atUs, name.value()) == 1);
        Map<String, byte[]> copy = new HashMap<>();
        for (String part : List.of("meta", "log")) {
            copy.put(part, regions.atEu.sync().dump(key(name, part)));
        }
        int keys = regions.atEu.sync().keys("tidemark:datakey:*").size();

        assertThat(regions.eu
                        .bean(RegionalView.class)
                        .erase(name)
                        .join()
                        .regions()
                        .toString())
                .contains("eu={", "us={")
                .contains("keys=1, redis=1")
                .doesNotContain("keys=0");
        assertThat(regions.atEu.sync().keys("tidemark:datakey:*")).hasSize(keys - 1);
        copy.forEach((part, dump) -> regions.atEu
                .sync()
                .restore(key(name, part), dump, RestoreArgs.Builder.ttl(0).replace()));

        assertThat(regions.eu.bean(DocumentStore.class).read(name, 0).join()).isInstanceOf(Stored.Erased.class);
        assertThat(new DocumentClient(port(regions.eu), name.value()).closed()).isEqualTo(4404);
    }
}
