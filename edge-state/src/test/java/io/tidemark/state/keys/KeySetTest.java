package io.tidemark.state.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeySetTest {
    private static final String OLD = "old:" + secret(1);
    private static final String NEW = "new:" + secret(2);

    /** One that is for tests. */
    static String secret(int fill) {
        byte[] bytes = new byte[32];
        java.util.Arrays.fill(bytes, (byte) fill);
        return Base64.getEncoder().encodeToString(bytes);
    }

    @Test
    void theFirstIsUsedAndAllAreFound() {
        KeySet keys = KeySet.parse("p", List.of(NEW, OLD));
        assertThat(keys.inUse().id()).isEqualTo("new");
        assertThat(keys.find("old")).isNotNull();
        assertThat(keys.find("other")).isNull();
    }

    @Test
    void keysOfOnePurposeAreNotThoseOfAnother() {
        KeySet keys = KeySet.parse("p", List.of(NEW));
        byte[] one = keys.derive("one", "AES").inUse().secret().getEncoded();
        assertThat(one).hasSize(32);
        assertThat(one).isEqualTo(keys.derive("one", "AES").inUse().secret().getEncoded());
        assertThat(one)
                .isNotEqualTo(keys.derive("other", "AES").inUse().secret().getEncoded());
        assertThat(one).isNotEqualTo(keys.inUse().secret().getEncoded());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "k", "k:", ":AAAA", "k:AAAA", "k:no base64 at all, and long enough to be", "a.b:AAAA"})
    void aMalformedKeyIsRefusedByTheNameOfItsPropertyAndNotShown(String line) {
        assertThatThrownBy(() -> KeySet.parse("tidemark.state.keys", List.of(line)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("tidemark.state.keys")
                .hasMessageNotContaining("AAAA")
                .hasMessageNotContaining("long enough");
    }

    @Test
    void noneAndTwoOfOneNameAreRefused() {
        assertThatThrownBy(() -> KeySet.parse("p", List.of())).hasMessageStartingWith("p has no key");
        assertThatThrownBy(() -> KeySet.parse("p", List.of(OLD, OLD))).hasMessageContaining("called old");
    }

    @Test
    void aUserIsFoundUnderEachKeyAndNamedUnderTheFirst() {
        UserNames before = new UserNames(KeySet.parse("p", List.of(OLD)));
        UserNames after = new UserNames(KeySet.parse("p", List.of(NEW, OLD)));
        assertThat(after.of("ann")).isNotEqualTo(before.of("ann")).doesNotContain("ann");
        assertThat(after.all("ann")).containsExactly(after.of("ann"), before.of("ann"));
        assertThat(after.of("ann")).isNotEqualTo(after.of("bob")).startsWith("new.");
        assertThat(after.andFormer(KeySet.parse("p", List.of(OLD))).all("ann"))
                .as("with what a region called it before all called it the same")
                .containsExactly(
                        after.of("ann"), before.of("ann"), before.of("ann").substring("old.".length()));
    }
}
