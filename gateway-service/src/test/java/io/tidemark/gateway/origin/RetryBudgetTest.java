package io.tidemark.gateway.origin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RetryBudgetTest {
    private final RetryBudget budget = new RetryBudget(0.1);

    private long retriesOf(int calls) {
        return IntStream.range(0, calls)
                .filter(_ -> {
                    budget.called();
                    return budget.takeRetry();
                })
                .count();
    }

    @Test
    void whenEveryCallFailsATenthIsRetriedBesideTheReserve() {
        assertThat(retriesOf(1000)).isBetween(100L, 100L + RetryBudget.RESERVE);
    }

    @Test
    void noMoreThanTheReserveIsSavedUp() {
        IntStream.range(0, 100_000).forEach(_ -> budget.called());
        assertThat(IntStream.range(0, 100).filter(_ -> budget.takeRetry()).count())
                .isEqualTo(RetryBudget.RESERVE);
    }

    @Test
    void withNoShareOnlyTheReserveIsThere() {
        RetryBudget none = new RetryBudget(0);
        assertThat(IntStream.range(0, 100).filter(_ -> none.takeRetry()).count())
                .isEqualTo(RetryBudget.RESERVE);
    }
}
