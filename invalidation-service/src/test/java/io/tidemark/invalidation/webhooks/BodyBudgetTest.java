package io.tidemark.invalidation.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BodyBudgetTest {
    private static final long ONE = 8;

    private final BodyBudget budget = new BodyBudget(100, ONE);
    private final List<BodyBudget.Share> open = new ArrayList<>();

    /** How many bodies of one byte this source gets in before it is refused. */
    private int fill(String source) {
        for (int i = 0; ; i++) {
            BodyBudget.Share share = budget.share(source);
            open.add(share);
            if (!share.take(1)) {
                return i;
            }
        }
    }

    @Test
    void aSourceThatSendsAllItCanLeavesRoomForTheOthers() {
        assertThat(fill("greedy")).isEqualTo(50);
        assertThat(fill("second")).isEqualTo(25);
        assertThat(fill("third")).isEqualTo(12);
        assertThat(fill("fourth")).isEqualTo(ONE);
        assertThat(budget.used()).isEqualTo(95);
    }

    @Test
    void whatIsGivenBackIsSharedAnew() {
        fill("greedy");
        open.forEach(BodyBudget.Share::close);
        assertThat(budget.used()).isZero();
        assertThat(fill("other")).isEqualTo(50);
    }

    @Test
    void aRefusedTakeTakesNothing() {
        BodyBudget.Share share = budget.share("source");
        assertThat(share.take(51)).isFalse();
        assertThat(budget.used()).isZero();
        assertThat(share.take(50)).isTrue();
        share.giveBack(20);
        assertThat(budget.used()).isEqualTo(30);
        share.close();
        assertThat(budget.used()).isZero();
    }

    @Test
    void oneBodyHasRoomWhereverThereIsRoomAtAll() {
        for (String source : List.of("a", "b", "c")) {
            fill(source);
        }
        BodyBudget.Share share = budget.share("d");
        assertThat(share.take(ONE)).isTrue();
        assertThat(share.take(1)).isFalse();
    }
}
