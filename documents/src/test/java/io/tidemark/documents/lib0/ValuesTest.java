package io.tidemark.documents.lib0;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {
    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 127, 128, 16_383, 16_384, 4_294_967_295L, 1L << 52, (1L << 53) - 1})
    void integersComeBack(long value) {
        ByteReader reader = new ByteReader(new ByteWriter(1).integer(value).toByteArray());

        assertThat(reader.integer()).isEqualTo(value);
        assertThat(reader.remaining()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"ffffffffffffff1f", "8080808080808010", "808080808080808000", "80", "''"})
    void integersThatNoClientHoldsAreMalformed(String hex) {
        assertThatThrownBy(() -> new ByteReader(bytes(hex)).integer()).isInstanceOf(MalformedException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "7f",
                "7e",
                "7d01",
                "7dbf7f",
                "7c00000000",
                "7b0000000000000000",
                "7a0000000000000000",
                "79",
                "78",
                "7703616263",
                "760101617e",
                "75027e7f",
                "7403010203",
                "7600",
                "7500"
            })
    void valuesArePassedOverToTheirEnd(String hex) {
        ByteReader reader = new ByteReader(bytes(hex + "05"));

        AnyValue.skip(reader);

        assertThat(reader.integer()).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "73",
                "80",
                "7c0000",
                "7b00",
                "7704616263",
                "7601",
                "75ffffffff0f",
                "7405",
                "7dffffffffffffffff01"
            })
    void brokenValuesAreMalformed(String hex) {
        assertThatThrownBy(() -> AnyValue.skip(new ByteReader(bytes(hex)))).isInstanceOf(MalformedException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "true",
                " [1, -0.5e+10, \"\\u00e9\\n\", {\"a\": [] , \"\": {}}]\n",
                "\"😀\"",
                "0",
                "-0",
                "1E5"
            })
    void jsonIsJson(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);

        assertThatCode(() -> Json.check(bytes, 0, bytes.length)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nul",
                "nulll",
                "[1,]",
                "{a:1}",
                "{\"a\"}",
                "01",
                "1.",
                ".5",
                "-",
                "\"\n\"",
                "\"\\x\"",
                "\"\\u12g4\"",
                "[",
                "\"",
                "undefined",
                "1 2",
                "\uFEFF1",
                "NaN"
            })
    void whatJsonParseWouldThrowAtIsMalformed(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> Json.check(bytes, 0, bytes.length)).isInstanceOf(MalformedException.class);
    }

    @Test
    void textIsCountedAsClientsCountIt() {
        for (String text : new String[] {"", "abc", "abcdefghijklmnop", "abcdefgü😀hijk語lmnopqrstuv", "\u0000\uFFFF"}) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            assertThat(Utf8.units(bytes, 0, bytes.length)).isEqualTo(text.length());
            for (int unit = 0; unit <= text.length(); unit++) {
                boolean cut = unit > 0 && unit < text.length() && Character.isLowSurrogate(text.charAt(unit));
                long octets = text.substring(0, cut ? unit - 1 : unit).getBytes(StandardCharsets.UTF_8).length;
                assertThat(Utf8.positionOf(bytes, 0, bytes.length, unit)).isEqualTo(2 * octets + (cut ? 1 : 0));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "80",
                "c0af",
                "c1bf",
                "e08080",
                "eda080",
                "f0808080",
                "f4908080",
                "f5808080",
                "c3",
                "e282",
                "f09f98",
                "ff"
            })
    void whatBrowsersDoNotDecodeIsMalformed(String hex) {
        byte[] bytes = bytes(hex);

        assertThatThrownBy(() -> Utf8.units(bytes, 0, bytes.length)).isInstanceOf(MalformedException.class);
    }
}
