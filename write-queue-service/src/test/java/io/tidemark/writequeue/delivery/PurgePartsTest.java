package io.tidemark.writequeue.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contracts.Purge;
import io.tidemark.contracts.RecordCodec;
import io.tidemark.contracts.Target;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PurgePartsTest {
    @Test
    void eachFitsAndNoneIsLeftOut() {
        List<Target> targets = IntStream.range(0, 300)
                .mapToObj(i -> Target.tag(i + "\"".repeat(2000)))
                .toList();
        List<List<Target>> parts = PurgeParts.of(targets, 20_000);
        assertThat(parts.stream().flatMap(List::stream)).containsExactlyElementsOf(targets);
        assertThat(parts)
                .allSatisfy(part -> assertThat(
                                RecordCodec.PURGE.encode(new Purge("p", "s", part, Purge.Mode.HARD, "r", Instant.EPOCH))
                                        .length)
                        .isLessThan(18_000));
    }

    @Test
    void fewAreOne() {
        assertThat(PurgeParts.of(List.of(), 20_000)).isEmpty();
        assertThat(PurgeParts.of(List.of(Target.tag("a"), Target.tag("b")), 20_000))
                .hasSize(1);
    }
}
