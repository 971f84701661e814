package io.tidemark.gateway.purge;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contracts.Position;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class FenceTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final long START = Long.MAX_VALUE - SECOND; // the clock may start anywhere, and wraps

    private final Fence fence = new Fence(Duration.ofSeconds(2));

    private static long at(double seconds) {
        return START + (long) (seconds * SECOND);
    }

    private static Position position(long offset) {
        return new Position("e", offset);
    }

    private void catchUp(long offset) {
        fence.logEndsAt(fence.wantsEnd().orElseThrow(), position(offset));
        fence.applied(position(offset));
    }

    @Nested
    class Starting {
        @Test
        void it_trusts_nothing_before_a_heartbeat_was_acknowledged() {
            assertThat(fence.wantsEnd()).isEmpty();
            fence.applied(position(10));
            assertThat(fence.standing(at(0))).isEqualTo(Standing.REPLAYING);
        }

        @Test
        void it_trusts_once_it_has_read_to_the_end_as_of_after_the_acknowledgement() {
            fence.applied(position(10));
            fence.acknowledged(at(0), at(0.1));
            fence.logEndsAt(fence.wantsEnd().orElseThrow(), position(12));
            fence.applied(position(11));
            assertThat(fence.standing(at(0.2))).isEqualTo(Standing.REPLAYING);
            assertThat(fence.replayTo()).isEqualTo(position(12));
            fence.applied(position(12));
            assertThat(fence.standing(at(0.2))).isEqualTo(Standing.CURRENT);
            assertThat(fence.wantsEnd()).isEmpty();
        }
    }

    @Nested
    class Holding {
        @Test
        void it_counts_from_the_sending_and_not_from_the_acknowledgement() {
            fence.acknowledged(at(0), at(1.5));
            catchUp(0);
            assertThat(fence.standing(at(2.0))).isEqualTo(Standing.CURRENT);
            assertThat(fence.standing(at(2.01))).isEqualTo(Standing.CUT_OFF);
        }

        @Test
        void a_late_acknowledgement_of_an_older_heartbeat_shortens_nothing() {
            fence.acknowledged(at(1), at(1.1));
            catchUp(0);
            fence.acknowledged(at(0.5), at(1.2));
            assertThat(fence.standing(at(2.9))).isEqualTo(Standing.CURRENT);
        }

        @Test
        void heartbeats_in_time_keep_it_without_reading_the_end_again() {
            fence.acknowledged(at(0), at(0.1));
            catchUp(0);
            fence.acknowledged(at(1.9), at(1.95));
            assertThat(fence.wantsEnd()).isEmpty();
            assertThat(fence.standing(at(3.8))).isEqualTo(Standing.CURRENT);
        }
    }

    @Nested
    class Rejoining {
        @Test
        void who_was_fenced_at_any_moment_reads_to_the_end_again_before_it_trusts() {
            fence.acknowledged(at(0), at(0.1));
            catchUp(5);
            fence.acknowledged(at(2.5), at(2.6));
            assertThat(fence.standing(at(2.6))).isEqualTo(Standing.CUT_OFF);
            fence.applied(position(5));
            assertThat(fence.standing(at(2.6))).isEqualTo(Standing.CUT_OFF);
            catchUp(8);
            assertThat(fence.standing(at(2.6))).isEqualTo(Standing.CURRENT);
        }

        @Test
        void an_acknowledgement_that_comes_after_its_own_lease_gives_none() {
            fence.acknowledged(at(0), at(0.1));
            catchUp(5);
            fence.acknowledged(at(1), at(3.5));
            catchUp(5);
            assertThat(fence.standing(at(3.5))).isEqualTo(Standing.CUT_OFF);
            fence.acknowledged(at(3.4), at(3.6));
            assertThat(fence.wantsEnd()).isNotEqualTo(OptionalLong.empty());
        }

        @Test
        void an_end_that_was_asked_for_before_the_lease_was_lost_again_does_not_count() {
            fence.acknowledged(at(0), at(0.1));
            long term = fence.wantsEnd().orElseThrow();
            fence.acknowledged(at(5), at(5.1));
            fence.logEndsAt(term, position(3));
            fence.applied(position(3));
            assertThat(fence.standing(at(5.1))).isEqualTo(Standing.REPLAYING);
        }

        @Test
        void an_end_in_another_log_is_not_reached_in_this_one() {
            fence.acknowledged(at(0), at(0.1));
            fence.logEndsAt(fence.wantsEnd().orElseThrow(), new Position("f", 1));
            fence.applied(position(5));
            assertThat(fence.standing(at(0.2))).isEqualTo(Standing.REPLAYING);
        }

        @Test
        void only_the_first_end_that_is_reported_in_a_term_counts() {
            fence.acknowledged(at(0), at(0.1));
            long term = fence.wantsEnd().orElseThrow();
            fence.logEndsAt(term, position(12));
            fence.logEndsAt(term, position(3));
            fence.applied(position(3));
            assertThat(fence.standing(at(0.2))).isEqualTo(Standing.REPLAYING);
            assertThat(fence.replayTo()).isEqualTo(position(12));
        }

        @Test
        void who_trusts_its_cache_or_was_never_acknowledged_does_not_mind_a_replaced_log() {
            fence.epochChanged();
            assertThat(fence.wantsEnd()).isEmpty();
            fence.acknowledged(at(0), at(0.1));
            catchUp(5);
            fence.epochChanged();
            assertThat(fence.wantsEnd()).isEmpty();
            assertThat(fence.replayTo()).isNull();
            assertThat(fence.standing(at(0.2))).isEqualTo(Standing.CURRENT);
        }

        @Test
        void a_replaced_log_is_asked_for_its_end_again() {
            fence.acknowledged(at(0), at(0.1));
            fence.logEndsAt(fence.wantsEnd().orElseThrow(), position(100));
            fence.epochChanged();
            fence.logEndsAt(fence.wantsEnd().orElseThrow(), new Position("f", 1));
            fence.applied(new Position("f", 1));
            assertThat(fence.standing(at(1))).isEqualTo(Standing.CURRENT);
        }
    }
}
