package io.tidemark.gateway.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9112 §7.1, octet for octet. {@code |} stands for CRLF. */
class ChunkedFramingTest {
    private static final int BROKEN = -1;

    /** {@code ?} stands for a control octet. */
    private static final List<String> CONTROLS = List.of(
            "?0||",
            "0?0||",
            "0?||",
            "0 ?||",
            "0;?a||",
            "0;a?||",
            "0;a=?b||",
            "0;a=b?||",
            "0;a=\"?\"||",
            "0;a=\"\\?\"||",
            "1|a?|0||",
            "0|?X: y||",
            "0|X: ?y||",
            "0|X: y?||");

    /** How many octets it takes to the content's end; all of them, if it has not come. */
    private static int read(String text, boolean padded, int atOnce) {
        byte[] octets = text.replace("|", "\r\n").getBytes(ISO_8859_1);
        ChunkedFraming framing = new ChunkedFraming(padded);
        int at = 0;
        while (at < octets.length && !framing.isWhole()) {
            int data = framing.data(Math.min(atOnce, octets.length - at));
            if (data == 0 && !framing.accept(octets[at])) {
                return BROKEN;
            }
            at += Math.max(data, 1);
        }
        return framing.isWhole() ? at : octets.length + 1;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0||",
                "000||",
                "5|hello|0||",
                "00005|hello|0||",
                "a|0123456789|A|0123456789|0||",
                "2|\r\n|0||",
                "5;name|hello|0;last||",
                "5 ; name = value ; other=\"a;\\\" \t\u00e9\"|hello|0||",
                "5\t;\tname|hello|0||",
                "5;a;b;c|hello|0||",
                "0|X: y|Other:\tvalue \u00e9||",
                "0|X:||"
            })
    void whatTheGrammarHasIsReadToItsEnd(String content) {
        String behind = "GET / HTTP/1.1||";
        int length = content.replace("|", "\r\n").length();
        assertThat(read(content + behind, false, 1)).isEqualTo(length);
        assertThat(read(content + behind, false, 100)).isEqualTo(length);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "|0||",
                " 5|hello|0||",
                "\t0||",
                "+5|",
                "-0||",
                "0x0||",
                "0_0||",
                "g|",
                "\"0\"||",
                "80000000|",
                "5.|",
                "FFFFFFFFFFFFFFFF5|hello|0||",
                "5 5|hello|0||",
                "5,5|",
                "5=a|",
                "5;|hello",
                "5;;a|",
                "5; |",
                "5;=a|",
                "5;a=|",
                "5;a=;b|",
                "5;a=b c|",
                "5;a b|",
                "5;a=\"b|",
                "5;a=\"b\\|",
                "5;a=\"b\"c|",
                "5;a=\"b\rc\"|",
                "5;a(|",
                "5;\u00e9|",
                "5;a=\u00e9|",
                "5|hello0||",
                "5|hello\r0||",
                "5|hello\n0||",
                "5|hell|0||",
                "5|hello||0||",
                "5\nhello|",
                "5\r\rhello|",
                "0\n",
                "0|\n",
                "0|X: y\n|",
                "0|X: y\r\r\n|",
                "0|\r\r\n"
            })
    void whatItDoesNotHaveIsSeenAtOnce(String content) {
        assertThat(read(content, false, 100)).isEqualTo(BROKEN);
    }

    @Test
    void noControlOctetStandsAnywhereButWhereLinesEnd() {
        for (char octet = 0; octet < ' '; octet++) {
            assertControl(octet);
        }
        assertControl('\u007f');
    }

    private static void assertControl(char octet) {
        for (String form : CONTROLS) {
            boolean maySpace = octet == '\t' && (form.contains(";") || form.contains("X"));
            if (!maySpace) {
                assertThat(read(form.replace('?', octet), false, 100))
                        .as(form + (int) octet)
                        .isEqualTo(BROKEN);
            }
        }
        assertThat(read("0" + octet + "||", true, 100) == BROKEN)
                .as("padding " + (int) octet)
                .isEqualTo(octet != '\t');
    }

    @ParameterizedTest(name = "\"{0}\" is padded: {1} with it, else refused")
    @CsvSource({"'0 ||', true", "'0\t  ||', true", "'5  |hello|0 ||', true", "' 0||', false", "'0 0||', false"})
    void spacesBehindASizeAreTakenWhereTheyAreExpectedOnly(String content, boolean whole) {
        assertThat(read(content, true, 100) > 0).isEqualTo(whole);
        assertThat(read(content, false, 100)).isEqualTo(BROKEN);
    }
}
