package io.tidemark.state.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SealerTest {
    private static final byte[] TEXT = "canary".getBytes(UTF_8);

    private final KeySet keys = KeySet.parse("p", List.of("a:" + KeySetTest.secret(1)));
    private final Sealer sealer = new Sealer(keys, "tests", "eu");

    @Test
    void opensWhereItLies() {
        byte[] sealed = sealer.seal(TEXT, "here");
        assertThat(new String(sealed, UTF_8)).doesNotContain("canary");
        assertThat(sealer.open(sealed, "here"))
                .isInstanceOfSatisfying(
                        Sealer.Plain.class, plain -> assertThat(plain.bytes()).isEqualTo(TEXT));
    }

    @Test
    void anEmptyTextIsOne() {
        assertThat(sealer.open(sealer.seal(new byte[0], "here"), "here"))
                .isInstanceOfSatisfying(
                        Sealer.Plain.class, plain -> assertThat(plain.bytes()).isEmpty());
    }

    @Test
    void opensNowhereElse() {
        byte[] sealed = sealer.seal(TEXT, "here");
        assertThat(sealer.open(sealed, "there")).isEqualTo(Sealer.Unreadable.DAMAGED);
        assertThat(new Sealer(keys, "tests", "us").open(sealed, "here")).isEqualTo(Sealer.Unreadable.DAMAGED);
        assertThat(new Sealer(keys, "others", "eu").open(sealed, "here")).isEqualTo(Sealer.Unreadable.DAMAGED);
    }

    @Test
    void noBitCanBeChangedAndNoOctetIsMissing() {
        byte[] sealed = sealer.seal(TEXT, "here");
        for (int bit = 0; bit < 8 * sealed.length; bit++) {
            byte[] changed = sealed.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(sealer.open(changed, "here")).as("bit %d", bit).isInstanceOf(Sealer.Unreadable.class);
        }
        for (int length = 0; length < sealed.length; length++) {
            assertThat(sealer.open(java.util.Arrays.copyOf(sealed, length), "here"))
                    .as("%d octets", length)
                    .isInstanceOf(Sealer.Unreadable.class);
        }
    }

    @Test
    void whatAnOldKeySealedOpensWhileItIsThere() {
        byte[] sealed = sealer.seal(TEXT, "here");
        String newer = "b:" + KeySetTest.secret(2);
        KeySet both = KeySet.parse("p", List.of(newer, "a:" + KeySetTest.secret(1)));
        assertThat(new Sealer(both, "tests", "eu").open(sealed, "here")).isInstanceOf(Sealer.Plain.class);
        assertThat(new Sealer(KeySet.parse("p", List.of(newer)), "tests", "eu").open(sealed, "here"))
                .isEqualTo(Sealer.Unreadable.UNKNOWN_KEY);
    }
}
