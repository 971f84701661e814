package io.tidemark.commons.digests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class Sha256Test {
    /** FIPS 180-2, appendix B.1. */
    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @Test
    void aTextIsItsOctetsInUtf8() {
        assertThat(HexFormat.of().formatHex(Sha256.of("abc"))).isEqualTo(ABC);
        assertThat(Sha256.of("ä")).isEqualTo(Sha256.of("ä".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void itsFirstHalfIsANameOf32Digits() {
        assertThat(Sha256.half(Sha256.of("abc"))).isEqualTo(ABC.substring(0, 32));
    }
}
