package io.tidemark.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tidemark.k8s.Sizing.Needs;
import io.tidemark.k8s.Sizing.Wishes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SizingTest {
    private static Wishes wishes(String... said) {
        return SizingArguments.read(List.of(said));
    }

    /** What the page shows of a call is what the call answers. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "./run sizing",
                "./run sizing memory=384Mi redis=1GB reads=100 writes=5",
                "./run sizing writes=5 ttl=86400"
            })
    void thePageShowsWhatIsAnswered(String call) throws Exception {
        List<String> arguments = Arrays.stream(call.split(" ")).skip(2).toList();
        Wishes wishes = SizingArguments.read(arguments);
        assertThat(Files.readString(Path.of("..", "docs", "sizing.md")))
                .contains("`" + call + "`")
                .contains(Sizing.table(wishes));
    }

    @Test
    void whatNobodyCanHoldIsEvictedAndWhatFitsIsHeld() {
        Needs one = Sizing.of(wishes("items=1000", "bytes=1KB", "reads=100000", "writes=0", "ttl=1000000"));
        assertThat(one.stored()).isCloseTo(1000, within(10.0));
        assertThat(one.local()).isGreaterThan(0.99);
        assertThat(one.redis()).isLessThan(64e9);
        Needs many = Sizing.of(wishes("redis=10GB"));
        assertThat(many.redis()).isCloseTo(10e9, within(1e8));
        assertThat(many.stored() * (100_000 + Sizing.LOCAL_BESIDE))
                .isCloseTo(
                        (double) many.container().store(),
                        within(many.container().store() / 50.0));
    }

    @Test
    void morePurgesMoreMemoryAndLongerLivesWorkAsTheyShould() {
        Needs usual = Sizing.of(wishes());
        assertThat(Sizing.of(wishes("writes=400")).missed()).isGreaterThan(usual.missed());
        assertThat(Sizing.of(wishes("memory=4Gi")).local()).isGreaterThan(usual.local());
        assertThat(Sizing.of(wishes("writes=5", "ttl=86400", "redis=200GB")).missed())
                .isLessThan(usual.missed());
        assertThat(usual.local() + usual.regional() + usual.missed()).isCloseTo(1, within(1e-9));
    }

    @Test
    void sharesOfAllItemsAreOne() {
        assertThat(new Popularity(10e6).held(1e9, 10e6, 1e9, 0).hits()).isCloseTo(1, within(1e-3));
        assertThat(new Popularity(10e6).held(1e9, 10e6, 1e9, 0).items()).isCloseTo(10e6, within(1e4));
    }

    @Test
    void whatIsNoNumberOrNoNameIsRefused() {
        assertThatThrownBy(() -> wishes("site=3")).hasMessageContaining("there is no site=3");
        assertThatThrownBy(() -> wishes("bytes=many")).hasMessageContaining("bytes: 100KB, 2Gi");
        assertThatThrownBy(() -> wishes("sites=0")).hasMessageContaining("sites: at least 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "999", "1000", "100000", "2147483648", "9907000000"})
    void sizesAreReadAsTheyAreWritten(String bytes) {
        double size = Double.parseDouble(bytes);
        assertThat(Size.parse(Size.of(size))).isCloseTo(size, within(size / 100));
    }
}
