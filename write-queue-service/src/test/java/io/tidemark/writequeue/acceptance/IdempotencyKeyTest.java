package io.tidemark.writequeue.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class IdempotencyKeyTest {
    @Test
    void isTheSameBareAndQuoted() {
        assertThat(IdempotencyKey.parse("8e03978e-40d5"))
                .contains(new IdempotencyKey("8e03978e-40d5", "8e03978e-40d5"));
        assertThat(IdempotencyKey.parse(" \"8e03978e-40d5\""))
                .contains(new IdempotencyKey("8e03978e-40d5", "\"8e03978e-40d5\""));
        assertThat(IdempotencyKey.parse("\"a \\\"b\\\\\"").map(IdempotencyKey::value))
                .contains("a \"b\\");
    }

    @Test
    void isRefusedIfItIsNone() {
        for (String bad :
                List.of("", " ", "\"\"", "\"", "a b", "a\"b", "\"a\\b\"", "\"a\\\"", "é", "a\tb", "x".repeat(256))) {
            assertThat(IdempotencyKey.parse(bad)).as(bad).isEmpty();
        }
    }

    @Property
    void survivesQuoting(@ForAll @StringLength(min = 1, max = 255) @CharRange(from = ' ', to = '~') String key) {
        String quoted = '"' + key.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
        assertThat(IdempotencyKey.parse(quoted)).contains(new IdempotencyKey(key, quoted));
    }
}
