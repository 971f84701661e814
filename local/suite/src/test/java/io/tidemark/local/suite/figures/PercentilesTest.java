package io.tidemark.local.suite.figures;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PercentilesTest {
    @Test
    void ofAHundredValuesEachShareIsTheValueOfItsRank() {
        Percentiles hundred =
                Percentiles.of(LongStream.rangeClosed(1, 100).boxed().toList().reversed());
        assertThat(hundred).hasToString("50 / 90 / 99 / 100");
        assertThat(hundred.at(0)).isEqualTo(1);
    }

    @Test
    void ofOneValueEachShareIsThatOne() {
        assertThat(Percentiles.of(List.of(1500L)).text(1000)).isEqualTo("1.5 / 1.5 / 1.5 / 1.5");
    }

    @Test
    void withoutValuesThereIsNothingToSay() {
        Percentiles none = Percentiles.of(List.of());
        assertThat(none.at(0.5)).isZero();
        assertThat(none.at(0.5, 1000)).isEqualTo("-");
    }
}
