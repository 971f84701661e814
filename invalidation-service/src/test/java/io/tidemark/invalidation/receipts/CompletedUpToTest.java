package io.tidemark.invalidation.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contracts.Position;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an instance leaves in Redis for the next one, of whatever version. */
class CompletedUpToTest {
    @Test
    void isReadAsItIsWritten() {
        var completed = new CompletedUpTo(new Position("Epoch_1-a", 41), "21ccb147-1280-453a-8d18-5a2743d44810");
        assertThat(completed).hasToString("Epoch_1-a:41 21ccb147-1280-453a-8d18-5a2743d44810");
        assertThat(CompletedUpTo.parse(completed.toString())).contains(completed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Epoch:1", "no-position p1", "Epoch:x p1", " p1"})
    void whatIsNoneIsNoReasonToFail(String text) {
        assertThat(CompletedUpTo.parse(text)).isEmpty();
    }
}
