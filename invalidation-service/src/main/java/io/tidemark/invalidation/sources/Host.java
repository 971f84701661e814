package io.tidemark.invalidation.sources;

import io.tidemark.commons.problems.Shown;
import java.net.IDN;
import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The name of one host that a request can carry: in lower case, without a port and a final dot; an international one as its
 * A-label (RFC 5891 section 2.3), for that is what requests carry.
 */
final class Host {
    /** What requests carry: registered names and addresses, and names with an underscore, as clusters have them. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9_~-]+(\\.[a-z0-9_~-]+)*|\\[[0-9a-f:.]+]");

    private static final Pattern PORT = Pattern.compile(":[0-9]*$");

    /** IDNA 2003 makes others of them than RFC 5892 does, and so another host. */
    private static final Pattern DEVIATING = Pattern.compile("[\u00df\u03c2\u200c\u200d]");

    private Host() {}

    /**
     * The host of an authority, {@code host[:port]}.
     *
     * @throws IllegalArgumentException if it names no host; the message says so
     */
    static String of(String authority) {
        String host = PORT.matcher(authority).replaceFirst("");
        String folded = host.toLowerCase(Locale.ROOT);
        String ascii = folded.chars().allMatch(c -> c < 0x80) ? folded : aLabels(host);
        String name = ascii.endsWith(".") ? ascii.substring(0, ascii.length() - 1) : ascii;
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException('"' + Shown.of(authority) + "\" names no host");
        }
        return name;
    }

    private static String aLabels(String host) {
        String composed = Normalizer.normalize(host, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
        try {
            String ascii = IDN.toASCII(composed, IDN.USE_STD3_ASCII_RULES);
            if (!DEVIATING.matcher(composed).find() && IDN.toUnicode(ascii).equals(composed)) {
                return ascii.toLowerCase(Locale.ROOT);
            }
        } catch (IllegalArgumentException notMapped) {
            // said below
        }
        throw new IllegalArgumentException(
                '"' + Shown.of(host) + "\" is not taken for a host; name its A-label (xn--…)");
    }
}
