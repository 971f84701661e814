package io.tidemark.state.erasure;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contracts.Position;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EarliestPlaceTest {
    private static final class Kept implements PersonErasure.Place {
        private @Nullable Position position;

        private Kept(@Nullable Position position) {
            this.position = position;
        }

        @Override
        public CompletionStage<@Nullable Position> get() {
            return CompletableFuture.completedFuture(position);
        }

        @Override
        public CompletionStage<?> set(Position position) {
            this.position = position;
            return CompletableFuture.completedFuture(null);
        }
    }

    private static @Nullable Position of(@Nullable Position one, @Nullable Position other) {
        return new EarliestPlace(List.of(new Kept(one), new Kept(other)))
                .get()
                .toCompletableFuture()
                .join();
    }

    @Test
    void isThatOfWhicheverIsFurthestBehind() {
        Position five = new Position("log", 5);
        Position nine = new Position("log", 9);
        assertThat(of(five, nine)).isEqualTo(five);
        assertThat(of(nine, five)).isEqualTo(five);
        assertThat(of(nine, null)).isNull();
        assertThat(of(null, nine)).isNull();
        assertThat(of(nine, new Position("another-log", 5))).isNull();
    }

    @Test
    void isSetInAll() {
        Kept one = new Kept(null);
        Kept other = new Kept(new Position("log", 5));
        new EarliestPlace(List.of(one, other))
                .set(new Position("log", 9))
                .toCompletableFuture()
                .join();
        assertThat(List.of(one.position, other.position)).containsOnly(new Position("log", 9));
    }
}
