package io.tidemark.writequeue.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.commons.origins.ConnectFailure;
import io.tidemark.writequeue.delivery.AttemptOutcome.Answered;
import io.tidemark.writequeue.delivery.AttemptOutcome.Unanswered;
import io.tidemark.writequeue.delivery.AttemptOutcome.Unsent;
import io.tidemark.writequeue.status.Attempt;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an outcome says of the origin, and of the write. */
class AttemptOutcomeTest {
    private static final Unsent UNSENT = new Unsent(ConnectFailure.TLS_EXPIRED, "its certificate has expired");

    @ParameterizedTest(name = "{0}: against the origin {1}, may have taken effect {2}")
    @CsvSource({
        "200, false, true",
        "299, false, true",
        "300, false, false",
        "400, false, false",
        "407, false, false",
        "408, false, true",
        "409, false, false",
        "499, false, false",
        "500, true, true",
        "503, true, true"
    })
    void anAnswer(int status, boolean againstTheOrigin, boolean mayHaveTakenEffect) {
        AttemptOutcome answered = new Answered(status, Optional.empty(), CacheGroups.NONE, Optional.empty());
        assertThat(answered.countsAgainstTheOrigin()).isEqualTo(againstTheOrigin);
        assertThat(answered.mayHaveTakenEffect()).isEqualTo(mayHaveTakenEffect);
    }

    @Test
    void noAnswerMayMeanAnythingAndNoConnectionMeansThatNothingWasDone() {
        assertThat(new Unanswered("reset").countsAgainstTheOrigin()).isTrue();
        assertThat(new Unanswered("reset").mayHaveTakenEffect()).isTrue();
        assertThat(UNSENT.countsAgainstTheOrigin()).isTrue();
        assertThat(UNSENT.mayHaveTakenEffect()).isFalse();
    }

    @Test
    void whatWasNotSentIsKnownByWhatIsRememberedOfIt() {
        assertThat(UNSENT.text()).contains("tls-expired", "its certificate has expired");
        assertThat(Unsent.was(attempt(UNSENT.text()))).isTrue();
        assertThat(Unsent.was(attempt("connection reset"))).isFalse();
        assertThat(Unsent.was(attempt(null))).isFalse();
    }

    private static Attempt attempt(@Nullable String error) {
        return new Attempt(1, Instant.EPOCH, 5, null, error, null, null);
    }
}
