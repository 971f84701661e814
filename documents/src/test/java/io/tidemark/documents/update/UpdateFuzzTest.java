package io.tidemark.documents.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.tidemark.documents.lib0.MalformedException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Octets changed at random: read as they are, or refused as malformed, and never more allocated than they are worth. */
class UpdateFuzzTest {
    private static final int TRIES = 60_000;
    /** For each octet of an update. */
    private static final int OCTETS = 1_000;

    private static final int AT_LEAST = 200_000;

    private static final List<byte[]> SEEDS = List.of(
            bytes("01020100040101740261628401010663f09f9880640101010102"),
            bytes("010c02002801016d016b017d01a802000175037a00000000000000017e760101617c3f0000002701016d016100"
                    + "08000202017701788302030201022901016d016401677600070101780301702800020602696401770131060101"
                    + "6604626f6c640474727565840208017186020904626f6c64046e756c6c85020a077b2269223a317d0102010001"),
            bytes("010302002801016d016b017d010a02080002020177017800"),
            bytes("010201000201016103013109756e646566696e65640422c3a922000200"),
            bytes("00020201000101030102050107" + "01"));

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    @Test
    void changedUpdatesAreReadOrMalformed() {
        long seed = Long.getLong("documents.seed", 1);
        Random random = new Random(seed);
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        int read = 0;
        int malformed = 0;
        for (int i = 0; i < TRIES; i++) {
            byte[] changed = changed(SEEDS.get(random.nextInt(SEEDS.size())), random);
            long before = threads.getCurrentThreadAllocatedBytes();
            try {
                Update update = Update.read(changed);
                read++;
                use(update, random);
            } catch (MalformedException expected) {
                malformed++;
            } catch (RuntimeException | StackOverflowError | OutOfMemoryError unexpected) {
                fail("try " + i + " of seed " + seed + ": " + HexFormat.of().formatHex(changed), unexpected);
            }
            assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                    .as("try %d of seed %d: %s", i, seed, HexFormat.of().formatHex(changed))
                    .isLessThan(AT_LEAST + (long) OCTETS * changed.length);
        }
        assertThat(read).as("some are still updates").isGreaterThan(TRIES / 100);
        assertThat(malformed).as("some are not").isGreaterThan(TRIES / 100);
    }

    /** Whatever can be read can be merged, compared and compacted, and what comes of it can be read. */
    private static void use(Update update, Random random) {
        Update other = Update.read(SEEDS.get(random.nextInt(SEEDS.size())));
        Update merged = Update.merge(List.of(update, other, update));
        assertThat(merged.vector().covers(other.vector())).isTrue();
        assertThat(Update.merge(List.of(merged, other, update)).vector()).isEqualTo(merged.vector());
        assertThat(merged.compacted().vector()).isEqualTo(merged.vector());
        assertThat(Update.merge(List.of(update, merged.since(update.vector()))).vector())
                .isEqualTo(merged.vector());
    }

    private static byte[] changed(byte[] seed, Random random) {
        byte[] changed = seed.clone();
        for (int left = 1 + random.nextInt(3); left > 0; left--) {
            int at = random.nextInt(changed.length);
            switch (random.nextInt(5)) {
                case 0 -> changed[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> changed[at] = (byte) random.nextInt(256);
                case 2 -> changed = Arrays.copyOf(changed, at + 1);
                case 3 -> { // a piece again
                    int from = random.nextInt(at + 1);
                    byte[] longer = Arrays.copyOf(changed, changed.length + at - from);
                    System.arraycopy(changed, from, longer, at, changed.length - from);
                    changed = longer;
                }
                default -> { // a huge number
                    byte[] longer = Arrays.copyOf(changed, changed.length + 7);
                    System.arraycopy(changed, at, longer, at + 7, changed.length - at);
                    Arrays.fill(longer, at, at + 7, (byte) 0xFF);
                    changed = longer;
                }
            }
        }
        return changed;
    }
}
