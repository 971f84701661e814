package io.tidemark.gateway.purge;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.gateway.cache.CacheKey;
import io.tidemark.gateway.cache.PurgeSubject;
import io.tidemark.gateway.cache.PurgeVerdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the erasure of a person does to a gateway's ledger. */
class ErasedPersonsTest {
    private static final PurgeSubject PAGE = new PurgeSubject(List.of("h"), "/me", null, Set.of("g"));

    private final PurgeLedger ledger = new PurgeLedger("e", PurgeLedger.Limits.DEFAULT);
    private final List<String> told = new ArrayList<>();

    private static PurgeSubject of(String person) {
        return PAGE.under(new CacheKey("r", "http", "h", "/me", null, "").forUser(person));
    }

    private void erase(String person, long offset) {
        ledger.apply(
                new Purge("p", "crm", List.of(Target.subject(person)), Purge.Mode.HARD, null, Instant.EPOCH),
                offset,
                0);
    }

    @Test
    void itCoversWhatBelongsToThemAndWasAskedForBefore() {
        erase("k.ann", 3);
        assertThat(ledger.verdict(of("k.ann"), new Position("e", 2))).isEqualTo(PurgeVerdict.ABSENT);
        assertThat(ledger.verdict(of("k.ann"), new Position("e", 3))).isEqualTo(PurgeVerdict.VALID);
        assertThat(ledger.verdict(of("k.bob"), new Position("e", 2))).isEqualTo(PurgeVerdict.VALID);
        assertThat(ledger.verdict(PAGE, new Position("e", 2))).isEqualTo(PurgeVerdict.VALID);
        assertThat(ledger.stillStands(of("k.ann"), new Position("e", 2))).isFalse();
    }

    @Test
    void memoryForgetsThemBeforeTheWatermarkSaysSo() {
        ledger.forgetsWith(new PersonMemory() {
            @Override
            public void forget(Set<String> persons) {
                told.add(persons + " at " + ledger.watermark().offset() + ' '
                        + ledger.verdict(of("k.ann"), new Position("e", 2)));
            }

            @Override
            public void forgetAll() {
                told.add("all");
            }
        });
        ledger.advanceTo(2);
        erase("k.ann", 3);
        assertThat(told)
                .as("and nothing is stored any more that was asked for before")
                .containsExactly("[k.ann] at 2 ABSENT");
        assertThat(ledger.watermark().offset()).isEqualTo(3);
        ledger.raiseFloor(9);
        assertThat(told)
                .as("who was erased in a gap of the log is not known")
                .hasSize(2)
                .endsWith("all");
        ledger.startEpoch("f");
        assertThat(told).hasSize(3);
    }
}
