package io.tidemark.invalidation.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The open purges of a gateway that moves on")
class OpenPurgesTest {
    private final OpenPurges open = new OpenPurges();

    @BeforeEach
    void fillWithAnEpochOfTenPurges() {
        LongStream.range(0, 10).forEach(offset -> open.add(purge("a", offset)));
    }

    @Test
    void areThoseThatItMovedOver() {
        assertThat(between(at("a", 3), at("a", 6))).containsExactly("a4", "a5", "a6");
        assertThat(between(at("a", -1), at("a", 1))).containsExactly("a0", "a1");
    }

    @Test
    void areNoneOfOneThatStayedOrWentBack() {
        assertThat(between(at("a", 3), at("a", 3))).isEmpty();
        assertThat(between(at("a", 6), at("a", 3))).isEmpty();
    }

    @Test
    void areAllOfOneOfWhomItIsNotKnownWhereItWas() {
        assertThat(between(null, at("a", 3))).hasSize(10);
        assertThat(between(at("unknown", -1), at("a", 3))).hasSize(10);
    }

    @Test
    void areAllOfOneThatMovedToAnotherEpoch() {
        open.add(purge("b", 0));
        assertThat(between(at("a", 9), at("b", 0))).hasSize(11);
        assertThat(between(at("a", 3), at("a", 6))).hasSize(11);
        assertThat(between(at("b", -1), at("b", 0))).containsExactly("b0");
    }

    @Test
    void areNoneThatAreCompleteOrForgotten() {
        open.remove("a5");
        open.remove("nobody's");
        assertThat(between(at("a", 3), at("a", 6))).containsExactly("a4", "a6");
        assertThat(open.all()).hasSize(9);
        assertThat(open.first().purge().id()).isEqualTo("a0");
    }

    private List<String> between(@Nullable Position was, Position is) {
        return open.between(was, is).stream().map(p -> p.purge().id()).toList();
    }

    private static Position at(String epoch, long offset) {
        return new Position(epoch, offset);
    }

    private static TrackedPurge purge(String epoch, long offset) {
        Purge purge =
                new Purge(epoch + offset, "catalog", List.of(Target.tag("t")), Purge.Mode.HARD, null, Instant.EPOCH);
        return new TrackedPurge(purge, at(epoch, offset), 0, false, new Barriers().next());
    }
}
