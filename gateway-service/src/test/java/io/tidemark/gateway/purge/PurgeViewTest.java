package io.tidemark.gateway.purge;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.gateway.cache.PurgeSubject;
import io.tidemark.gateway.cache.PurgeVerdict;
import io.tidemark.gateway.cache.Trust;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A gateway that stands alone: it purges in its own ledger, and asks that. */
class PurgeViewTest {
    private static final PurgeSubject PRODUCT =
            new PurgeSubject(List.of("shop.example"), "/products/42", null, Set.of("product:42"));

    private final PurgeLedger ledger = new PurgeLedger("e", PurgeLedger.Limits.DEFAULT);
    private final PurgeView view = PurgeView.alone(ledger);
    private final Purger purger = new LocalPurger(ledger, "here", InstantSource.fixed(Instant.EPOCH), () -> 0);

    @Test
    void whatItPurgesHasTheNextPositionAndIsPurged() {
        Position before = view.positionAtSend();
        PurgeMemo memo = new PurgeMemo();
        assertThat(view.verdict(PRODUCT, before, memo)).isEqualTo(PurgeVerdict.VALID);
        assertThat(view.stillStands(PRODUCT, before)).isTrue();
        long head = view.head();

        Position purged = new Position("e", before.offset() + 1);
        assertThat(purger.purge(List.of(Target.tag("product:42")), Purge.Mode.HARD, null))
                .isCompletedWithValue(purged);

        assertThat(view.positionAtSend()).isEqualTo(purged);
        assertThat(view.head()).isNotEqualTo(head);
        assertThat(view.verdict(PRODUCT, before)).isEqualTo(PurgeVerdict.ABSENT);
        assertThat(view.verdict(PRODUCT, before, memo)).isEqualTo(PurgeVerdict.ABSENT);
        assertThat(view.verdict(PRODUCT, purged)).isEqualTo(PurgeVerdict.VALID);
        assertThat(view.stillStands(PRODUCT, before)).isFalse();
        assertThat(view.end()).isCompletedWithValue(Optional.of(purged));
        assertThat(view.awaitWatermark(purged, Duration.ofMinutes(5))).isCompletedWithValue(true);
        assertThat(view.standing()).isEqualTo(Standing.CURRENT);
        assertThat(view.trust()).isEqualTo(Trust.TRUSTED);
    }

    @Test
    void aViewOfALedgerThatOthersFeedIsBelievedAsFarAsTheyStand() {
        PurgeView fed = PurgeView.of(ledger, () -> Standing.CUT_OFF);
        assertThat(fed.trust()).isEqualTo(Trust.CONFIRM_EACH_USE);
        assertThat(fed.end()).isCompletedWithValue(Optional.empty());
    }
}
