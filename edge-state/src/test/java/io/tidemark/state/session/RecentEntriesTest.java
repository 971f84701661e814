package io.tidemark.state.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RecentEntriesTest {
    private static final byte[] ONE = {1};

    private long now;
    private final RecentEntries entries = new RecentEntries(Duration.ofSeconds(30), 100_000, () -> now);

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @Test
    void areShownForAsLongAsTheyMayBeSinceTheyWereAskedFor() {
        RecentEntries.Mark asked = entries.mark("s");
        pass(Duration.ofSeconds(5));
        entries.remember("s", "cart", ONE, asked);
        assertThat(entries.get("s", "cart")).isEqualTo(ONE);
        assertThat(entries.get("s", "form")).isNull();
        assertThat(entries.get("t", "cart")).isNull();
        pass(Duration.ofSeconds(20));
        entries.remember("s", "form", ONE, entries.mark("s")); // another entry makes the first no younger
        pass(Duration.ofSeconds(6));
        assertThat(entries.get("s", "cart")).isNull();
        assertThat(entries.get("s", "form")).isEqualTo(ONE);
    }

    @Test
    void whatWasAskedForBeforeItsSessionWasForgottenIsNotKept() {
        RecentEntries.Mark asked = entries.mark("s");
        entries.forget("s");
        entries.remember("s", "cart", ONE, asked);
        assertThat(entries.get("s", "cart")).isNull();
        RecentEntries.Mark later = entries.mark("s");
        entries.forgetAll();
        entries.remember("s", "cart", ONE, later);
        assertThat(entries.get("s", "cart")).isNull();
        entries.remember("s", "cart", ONE, entries.mark("s"));
        assertThat(entries.get("s", "cart")).isEqualTo(ONE);
        entries.forget("s");
        assertThat(entries.get("s", "cart")).isNull();
    }

    @Test
    void takeNoMoreMemoryThanTheyMay() {
        for (int n = 0; n < 1000; n++) {
            entries.remember("s" + n, "cart", new byte[1000], entries.mark("s" + n));
        }
        long kept = 0;
        for (int n = 0; n < 1000; n++) {
            kept += entries.get("s" + n, "cart") == null ? 0 : 1;
        }
        assertThat(kept).isBetween(1L, 100L);
    }

    @Test
    void areNotKeptWhereNoneMayBeShown() {
        RecentEntries off = new RecentEntries(Duration.ZERO, 100_000, () -> now);
        off.remember("s", "cart", ONE, off.mark("s"));
        assertThat(off.get("s", "cart")).isNull();
    }
}
