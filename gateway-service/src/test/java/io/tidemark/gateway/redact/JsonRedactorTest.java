package io.tidemark.gateway.redact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.gateway.redact.WithheldException.Reason;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies by rules: what is left of them, and that nothing is of one that cannot be read. */
class JsonRedactorTest {
    private static final KeyedHash HASH = new KeyedHash(new SecretKeySpec(new byte[32], "HmacSHA256"));
    private static final JsonRedactor.Limits LIMITS = new JsonRedactor.Limits(4096, 8);

    private static RedactionRule remove(String pointer) {
        return new RedactionRule(pointer, RedactionAction.REMOVE, null);
    }

    private static RedactionRule mask(String pointer) {
        return new RedactionRule(pointer, RedactionAction.MASK, null);
    }

    private static RedactionRule hash(String pointer) {
        return new RedactionRule(pointer, RedactionAction.HASH, null);
    }

    private static RedactionRule replace(String pointer, String with) {
        return new RedactionRule(pointer, RedactionAction.REPLACE, with);
    }

    /** As it comes in pieces of so many bytes. */
    private static String redacted(byte[] body, int piece, RedactionRule... rules) {
        JsonRedactor redactor =
                new JsonRedactor(JsonRedactor.factory(LIMITS), RuleTree.of(List.of(rules)), HASH, LIMITS);
        for (int at = 0; at < body.length; at += piece) {
            redactor.feed(java.util.Arrays.copyOfRange(body, at, Math.min(body.length, at + piece)));
        }
        return new String(redactor.end(), UTF_8);
    }

    static Stream<Arguments> bodies() {
        return Stream.of(
                Arguments.of("{\"a\":1,\"b\":2}", new RedactionRule[] {remove("/a")}, "{\"b\":2}"),
                Arguments.of("{\"a\":{\"x\":[1,{}]},\"b\":2}", new RedactionRule[] {remove("/a")}, "{\"b\":2}"),
                Arguments.of("{\"b\":{\"a\":1}}", new RedactionRule[] {remove("/a")}, "{\"b\":{\"a\":1}}"),
                Arguments.of(
                        "{\"\":1,\"a\":{\"\":2,\"b\":3}}",
                        new RedactionRule[] {remove("/"), remove("/a/")},
                        "{\"a\":{\"b\":3}}"),
                Arguments.of(
                        "{\"a/b\":1,\"m~n\":2,\"c\":3}",
                        new RedactionRule[] {remove("/a~1b"), remove("/m~0n")},
                        "{\"c\":3}"),
                Arguments.of("{\"~1\":1,\"/\":2}", new RedactionRule[] {remove("/~01")}, "{\"/\":2}"),
                Arguments.of("{\"em\\u0061il\":1,\"b\":2}", new RedactionRule[] {remove("/email")}, "{\"b\":2}"),
                Arguments.of("{\"Email\":1}", new RedactionRule[] {remove("/email")}, "{\"Email\":1}"),
                Arguments.of("[10,11,12]", new RedactionRule[] {remove("/1")}, "[10,12]"),
                Arguments.of("[10,11]", new RedactionRule[] {remove("/01"), remove("/-")}, "[10,11]"),
                Arguments.of("{\"1\":\"x\"}", new RedactionRule[] {remove("/1")}, "{}"),
                Arguments.of(
                        "{\"o\":[{\"p\":1,\"q\":2},{\"p\":3},[4]]}",
                        new RedactionRule[] {remove("/o/*/p")},
                        "{\"o\":[{\"q\":2},{},[4]]}"),
                Arguments.of(
                        "{\"o\":{\"x\":{\"p\":1},\"*\":{\"p\":2}}}",
                        new RedactionRule[] {remove("/o/*/p")},
                        "{\"o\":{\"x\":{},\"*\":{}}}"),
                Arguments.of("[[1,2],[3]]", new RedactionRule[] {remove("/*/0")}, "[[2],[]]"),
                Arguments.of(
                        "{\"a\":{\"b\":1,\"c\":2}}",
                        new RedactionRule[] {remove("/*/b"), mask("/a/c"), remove("/a/b")},
                        "{\"a\":{\"c\":\"***\"}}"),
                Arguments.of(
                        "{\"a\":\"alice@example.com\",\"b\":\"abc\",\"c\":12,\"d\":null,\"e\":{\"f\":\"g\"},\"h\":[1]}",
                        new RedactionRule[] {mask("/*")},
                        "{\"a\":\"a***\",\"b\":\"***\",\"c\":\"***\",\"d\":\"***\",\"e\":\"***\",\"h\":\"***\"}"),
                Arguments.of("{\"a\":\"😀😀😀😀\"}", new RedactionRule[] {mask("/a")}, "{\"a\":\"😀***\"}"),
                Arguments.of(
                        "{\"a\":{\"b\":[]},\"c\":1}",
                        new RedactionRule[] {
                            replace("/a", "x\"y"), new RedactionRule("/c", RedactionAction.REPLACE, null)
                        },
                        "{\"a\":\"x\\\"y\",\"c\":null}"),
                Arguments.of("{\"a\":1}", new RedactionRule[] {mask("/a"), remove("/a"), hash("/a")}, "{}"),
                Arguments.of("{\"a\":1}", new RedactionRule[] {remove("")}, "null"),
                Arguments.of("\"secret\"", new RedactionRule[] {mask("")}, "\"s***\""),
                Arguments.of("12", new RedactionRule[] {mask("/a")}, "12"),
                Arguments.of(
                        " {\"n\":12.50, \"e\":1E5, \"z\":-10, \"t\":true, \"f\":false, \"s\":\"\\u00e9\\n\\u0000\"} ",
                        new RedactionRule[] {remove("/x")},
                        "{\"n\":12.50,\"e\":1E5,\"z\":-10,\"t\":true,\"f\":false,\"s\":\"é\\n\\u0000\"}"),
                Arguments.of("", new RedactionRule[] {remove("/a")}, ""));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void whatIsLeft(String body, RedactionRule[] rules, String left) {
        byte[] bytes = body.getBytes(UTF_8);
        assertThat(redacted(bytes, 4096, rules)).isEqualTo(left);
        assertThat(redacted(bytes, 1, rules)).as("byte by byte").isEqualTo(left);
    }

    @Test
    void aHashTellsEqualFromUnequalAndNothingElse() {
        String one = redacted(
                "[\"alice\",\"alice\",\"bob\",1,\"1\",{\"a\":[1]},{\"a\":[1]},{\"a\":[2]}]".getBytes(UTF_8),
                3,
                hash("/*"));
        String[] hashes = one.substring(1, one.length() - 1).split(",", -1);
        assertThat(hashes).hasSize(8).allMatch(hash -> hash.matches("\"[A-Za-z0-9_-]{22}\""));
        assertThat(hashes[0]).isEqualTo(hashes[1]).isNotEqualTo(hashes[2]);
        assertThat(hashes[3]).isNotEqualTo(hashes[4]);
        assertThat(hashes[5]).isEqualTo(hashes[6]).isNotEqualTo(hashes[7]);
        KeyedHash others = new KeyedHash(new SecretKeySpec(new byte[] {1}, "HmacSHA256"));
        JsonRedactor other =
                new JsonRedactor(JsonRedactor.factory(LIMITS), RuleTree.of(List.of(hash(""))), others, LIMITS);
        other.feed("\"alice\"".getBytes(UTF_8));
        assertThat(new String(other.end(), UTF_8)).isNotEqualTo(hashes[0]);
    }

    static Stream<Arguments> unreadable() {
        return Stream.of(
                Arguments.of("<html>", Reason.MALFORMED),
                Arguments.of("{\"a\":1,\"b\":2,\"a\":3}", Reason.MALFORMED),
                Arguments.of("{\"a\":{\"b\":2,\"\\u0062\":3}}", Reason.MALFORMED),
                Arguments.of("{\"a\":1} {\"a\":1}", Reason.MALFORMED),
                Arguments.of("1 2", Reason.MALFORMED),
                Arguments.of("{\"a\":1}}", Reason.MALFORMED),
                Arguments.of("{a:1}", Reason.MALFORMED),
                Arguments.of("{\"a\":NaN}", Reason.MALFORMED),
                Arguments.of("{\"b\":\"\\ud800\"}", Reason.MALFORMED),
                Arguments.of("/* c */ {}", Reason.MALFORMED),
                Arguments.of("{\"a\":1,\"b\":{\"c\":2}", Reason.CUT_OFF),
                Arguments.of("{\"a\":1", Reason.CUT_OFF),
                Arguments.of("{\"a\":\"x", Reason.CUT_OFF),
                Arguments.of("{\"a\"", Reason.CUT_OFF),
                Arguments.of(" ", Reason.CUT_OFF),
                Arguments.of("tru", Reason.MALFORMED),
                Arguments.of("[".repeat(9) + "]".repeat(9), Reason.TOO_DEEP),
                Arguments.of("{\"a\":" + "[".repeat(2000), Reason.TOO_DEEP),
                Arguments.of("{\"b\":\"" + "x".repeat(4096) + "\"}", Reason.TOO_LARGE));
    }

    @ParameterizedTest
    @MethodSource("unreadable")
    void nothingIsGivenAwayOfWhatCannotBeRead(String body, Reason reason) {
        for (RedactionRule rule : List.of(remove("/a"), mask("/b"), hash("/*"), replace("/x", "y"), mask(""))) {
            for (int piece : new int[] {1, 7, 8192}) {
                assertThatThrownBy(() -> redacted(body.getBytes(UTF_8), piece, rule))
                        .isInstanceOfSatisfying(
                                WithheldException.class,
                                why -> assertThat(why.reason())
                                        .as("%s in pieces of %s", rule, piece)
                                        .isEqualTo(reason));
            }
        }
    }

    @Test
    void otherEncodingsAreNone() {
        for (byte[] body : List.of(
                "{\"b\":\"é\"}".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1),
                "{\"b\":1}".getBytes(java.nio.charset.StandardCharsets.UTF_16),
                "{\"b\":1}".getBytes(java.nio.charset.StandardCharsets.UTF_16LE),
                new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0})) {
            assertThatThrownBy(() -> redacted(body, 4096, remove("/a"))).isInstanceOf(WithheldException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "/a~", "/a~2b", "#/a"})
    void whatIsNoPointerIsRefused(String pointer) {
        assertThatThrownBy(() -> remove(pointer)).isInstanceOf(IllegalArgumentException.class);
    }
}
