package io.tidemark.commons.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.commons.http.StructuredFields.StringItem;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Structured fields (RFC 9651)")
class StructuredFieldsTest {
    @Test
    void parametersOfAnyKindStandBesideItems() {
        assertThat(StructuredFields.list("\"a,b\";n=\"x, \\\"y\";d=%\"f%c3%bc\";t=@1;b=:aGk=:;q;r=?0, \"c\""))
                .containsExactly(new StringItem("a,b"), new StringItem("c"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\"a\",", ",\"a\"", "\"a\" \"b\"", "%\"%C3\"", "%\"", "%\"é\"", "\"a", "\"a\\n\"", "\"a\";=1"})
    void oneErrorMakesAListInvalid(String list) {
        assertThat(StructuredFields.list(list)).isNull();
    }
}
