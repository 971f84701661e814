package io.tidemark.commons.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class StrictJsonTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "null",
                " [1, 12.50, -0, 1e999, 1E-999, \"\\ud83d\\ude00\"] ",
                "\"a\"",
                "7",
                "{\"a\":{\"a\":[{}]}}"
            })
    void reads_one_value(String body) {
        assertThat(StrictJson.read(body.getBytes(UTF_8))).isNotNull();
    }

    @Test
    void a_number_keeps_its_digits() {
        JsonNode read = StrictJson.read("[12.50,1e3,12345678901234567890]".getBytes(UTF_8));
        assertThat(read.get(0).decimalValue()).isEqualTo(new java.math.BigDecimal("12.50"));
        assertThat(read.toString()).isEqualTo("[12.50,1E+3,12345678901234567890]");
    }

    @ParameterizedTest
    @MethodSource
    void refuses_and_names_the_place(String body, String pointer, String what) {
        MalformedJsonException refused =
                catchThrowableOfType(MalformedJsonException.class, () -> StrictJson.read(body.getBytes(UTF_8)));
        assertThat(refused).as(body.substring(0, Math.min(80, body.length()))).isNotNull();
        assertThat(refused).hasMessageContaining(what);
        assertThat(refused.getMessage()).doesNotContain("Stream", "Source", "\n");
        assertThat(refused.pointer()).startsWith(pointer);
        assertThat(refused.problem().getStatus()).isEqualTo(400);
        assertThat(refused.problem().getType()).hasToString("urn:tidemark:problem:malformed-json");
        assertThat(refused.problem().getProperties()).containsKey("errors");
    }

    static Stream<Arguments> refuses_and_names_the_place() {
        return Stream.of(
                Arguments.of("", "", "empty"),
                Arguments.of(" \n ", "", "empty"),
                Arguments.of("{", "", "line 1"),
                Arguments.of("{\"a\":[1,]}", "/a", "line 1, column 9"),
                Arguments.of("{\"a\":1}{\"a\":1}", "", "after the value"),
                Arguments.of("{\"a\":1} x", "", "line 1"),
                Arguments.of("1 2", "", "after the value"),
                Arguments.of("{\"a\":1,\"a\":2}", "", "\"a\""),
                Arguments.of("{\"b\":{\"a\":1,\"\\u0061\":2}}", "/b", "\"a\""),
                Arguments.of("{\"x\\ny\":1,\"x\\ny\":2}", "", "x?y"),
                Arguments.of("[".repeat(500) + "]".repeat(500), "/0/0", "nesting"),
                Arguments.of("{\"a\":".repeat(500) + "1" + "}".repeat(500), "/a/a", "nesting"),
                Arguments.of("{\"" + "n".repeat(60_000) + "\":1}", "", "ame"),
                Arguments.of("{\"a\":" + "1".repeat(1001) + "}", "/a", "umber"),
                Arguments.of("{\"a\":1." + "1".repeat(1001) + "}", "/a", "umber"),
                Arguments.of("{\"a\":[1,1e2147483648]}", "/a/1", "exponent"),
                Arguments.of("{\"a\":1e99999999999999999999}", "/a", "exponent"),
                Arguments.of("{\"a\":1E-1000}", "/a", "exponent"),
                Arguments.of("{\"a\":" + "9".repeat(60) + "e1000}", "/a", "exponent"),
                Arguments.of("{\"a\":\"\\ud800\"}", "/a", "surrogate"),
                Arguments.of("{\"\\udc00\":1}", "", "surrogate"),
                Arguments.of("{\"a\":NaN}", "/a", "line 1"),
                Arguments.of("{\"a\":'b'}", "/a", "line 1"),
                Arguments.of("{\"a\":01}", "/a", "line 1"),
                Arguments.of("[" + "0,".repeat(StrictJson.MAX_TOKENS) + "0]", "/", "oken"));
    }

    @Test
    void refuses_what_is_not_utf_8() {
        assertThatThrownBy(() -> StrictJson.read(new byte[] {'"', (byte) 0xC3, '"'}))
                .isInstanceOf(MalformedJsonException.class);
        assertThatThrownBy(() -> StrictJson.read(new byte[] {0, '1', 0, '2'}))
                .isInstanceOf(MalformedJsonException.class);
    }
}
