package io.tidemark.writequeue.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.writequeue.status.WriteState;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is said of a write whose append failed. */
class RefusalTest {
    @Test
    void itIsCertainOnlyWhereItsMarkWasKept() {
        assertThat(Acceptance.refused("w", Optional.of(WriteState.REFUSED)))
                .isEqualTo(new AcceptanceOutcome.Unavailable("write log", AcceptanceOutcome.Fate.REFUSED));
        assertThat(Acceptance.refused("w", Optional.empty())) // Redis has lost the claim
                .isEqualTo(new AcceptanceOutcome.Unavailable("write log", AcceptanceOutcome.Fate.UNKNOWN));
        assertThat(Acceptance.refused(
                        "w", Optional.of(WriteState.ACCEPTING))) // another request has claimed it meanwhile
                .isEqualTo(new AcceptanceOutcome.Unavailable("write log", AcceptanceOutcome.Fate.UNKNOWN));
    }

    @Test
    void itIsAcceptedWhereItIsOnItsWayAlready() {
        for (WriteState state : new WriteState[] {WriteState.DELIVERING, WriteState.RETRYING, WriteState.DELIVERED}) {
            assertThat(Acceptance.refused("w", Optional.of(state)))
                    .isEqualTo(new AcceptanceOutcome.Accepted("w", false));
        }
    }
}
