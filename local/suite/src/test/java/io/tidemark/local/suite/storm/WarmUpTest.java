package io.tidemark.local.suite.storm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WarmUpTest {
    private long compilerMicros;
    private final WarmUp warmUp = new WarmUp(Duration.ofSeconds(200), 0, () -> compilerMicros);

    private static long s(double seconds) {
        return (long) (seconds * 1e9);
    }

    /** Asks as the storm does, every second, the compilers taking so much of a processor. */
    private void goOn(int from, int to, double compilersBusy) {
        for (int second = from; second < to; second++) {
            compilerMicros += (long) (compilersBusy * 1e6);
            warmUp.share(s(second));
            warmUp.isOver(s(second));
        }
    }

    @Test
    void theLoadIsAFifthWhileTheCompilersWork() {
        goOn(1, 90, 0.5);

        assertThat(warmUp.share(s(89))).isEqualTo(0.2);
        assertThat(warmUp.isOver(s(89))).isFalse();
        assertThat(warmUp.compilersBusy()).isEqualTo(0.5);
    }

    @Test
    void itRisesToTheWholeInATenthOfTheTimeOnceTheyRestedForThreeLooks() {
        goOn(1, 41, 0.5); // they are looked at every 10 s
        goOn(41, 61, 0.05);
        assertThat(warmUp.share(s(69))).isEqualTo(0.2);
        goOn(61, 71, 0.05);

        assertThat(warmUp.share(s(80))).isCloseTo(0.6, within(1e-9));
        assertThat(warmUp.isOver(s(80))).isFalse();
        assertThat(warmUp.share(s(90))).isEqualTo(1);
    }

    @Test
    void itIsOverOnceTheyRestedForThreeLooksUnderTheWholeLoad() {
        goOn(1, 50, 0);
        assertThat(warmUp.isOver(s(50))).isFalse(); // the rise has just ended
        goOn(51, 110, 0.3);
        assertThat(warmUp.isOver(s(110))).isFalse();

        goOn(111, 140, 0);
        assertThat(warmUp.isOver(s(139))).isFalse();
        assertThat(warmUp.isOver(s(140))).isTrue();
    }

    @Test
    void itRisesAtHalfTimeAndIsOverAtItsEndWhateverTheyDo() {
        goOn(1, 111, 1);
        assertThat(warmUp.share(s(111))).isBetween(0.6, 0.7);
        goOn(111, 199, 1);
        assertThat(warmUp.isOver(s(199))).isFalse();

        assertThat(warmUp.isOver(s(200))).isTrue();
        assertThat(warmUp.compilersBusy()).isEqualTo(1);
    }
}
