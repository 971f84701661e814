package io.tidemark.state.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.state.keys.KeySet;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionTokensTest {
    private static final String OLD = "old:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
    private static final String NEW = "new:AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=";
    private static final Duration LIFETIME = Duration.ofHours(12);
    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);

    private final SessionTokens tokens = tokens(NEW, OLD);
    private final SessionToken token = new SessionToken("AAECAwQFBgcICQoLDA0ODw", "eu", NOW);
    private final String text = tokens.sign(token);

    private static SessionTokens tokens(String... keys) {
        return new SessionTokens(KeySet.parse("p", List.of(keys)), LIFETIME);
    }

    private TokenFault fault(String changed) {
        return tokens.verify(changed, NOW) instanceof TokenVerdict.Invalid(TokenFault fault)
                ? fault
                : org.junit.jupiter.api.Assertions.fail("valid: " + changed);
    }

    @Test
    void whatWasSignedIsValid() {
        assertThat(text).startsWith("v1.new.AAECAwQFBgcICQoLDA0ODw.eu.1800000000.");
        assertThat(tokens.verify(text, NOW)).isEqualTo(new TokenVerdict.Valid(token));
    }

    @Test
    void noBitCanBeFlipped() {
        for (int bit = 0; bit < 8 * text.length(); bit++) {
            char[] changed = text.toCharArray();
            changed[bit / 8] ^= (char) (1 << bit % 8);
            assertThat(fault(new String(changed)))
                    .as("bit %d", bit)
                    .isIn(TokenFault.FORGED, TokenFault.TRUNCATED); // a bit can make or take away a dot
        }
    }

    @Test
    void eachBeginningOfItIsCutOff() {
        for (int length = 0; length < text.length(); length++) {
            assertThat(fault(text.substring(0, length)))
                    .as("%d characters", length)
                    .isEqualTo(TokenFault.TRUNCATED);
        }
    }

    @Test
    void eachEndOfItAndMoreThanItIsForged() {
        for (int start = 1; start < text.length(); start++) {
            assertThat(fault(text.substring(start))).as("from %d", start).isEqualTo(TokenFault.FORGED);
        }
        assertThat(fault(text + 'A')).isEqualTo(TokenFault.FORGED);
        assertThat(fault(text + ".A")).isEqualTo(TokenFault.FORGED);
        assertThat(fault(text + '=')).isEqualTo(TokenFault.FORGED);
        assertThat(fault("v1." + "A".repeat(10_000))).isEqualTo(TokenFault.FORGED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "v2.a.b.c.d.e", "é", "v1é", "null"})
    void whatIsNoneIsForged(String other) {
        assertThat(fault(other)).isEqualTo(TokenFault.FORGED);
    }

    @Test
    void theMacIsThatOfTheFirstKeyAndThoseOfAllCount() {
        String old = tokens(OLD).sign(token);
        assertThat(tokens.verify(old, NOW)).isInstanceOf(TokenVerdict.Valid.class);
        assertThat(tokens(NEW).verify(old, NOW)).isEqualTo(new TokenVerdict.Invalid(TokenFault.FORGED));
        assertThat(fault(old.replace(".old.", ".new."))).isEqualTo(TokenFault.FORGED);
    }

    @Test
    void itIsOverAtItsAbsoluteEnd() {
        assertThat(tokens.verify(text, NOW.plus(LIFETIME).minusSeconds(1))).isInstanceOf(TokenVerdict.Valid.class);
        assertThat(tokens.verify(text, NOW.plus(LIFETIME))).isEqualTo(new TokenVerdict.Invalid(TokenFault.EXPIRED));
        assertThat(tokens.verify(text, NOW.minusSeconds(300)))
                .as("a clock that is late")
                .isInstanceOf(TokenVerdict.Valid.class);
    }
}
