package io.tidemark.commons.tracing;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A place in a trace, as W3C Trace Context passes it on.
 *
 * @param high the first half of the trace's id
 * @param low the second half
 * @param span the id of the span, 0: there is none yet
 * @param sampled whether whoever says so records the trace
 */
public record TraceContext(long high, long low, long span, boolean sampled) {
    /** The field that carries it, in requests and records. */
    public static final String FIELD = "traceparent";

    private static final int LENGTH = 55;
    private static final HexFormat HEX = HexFormat.of();

    /** How many bits of an id count as random (W3C Trace Context level 2, section 2.2.2). */
    static final int RANDOM_BITS = 56;

    /** What a field says, null if it is none (section 3.2.2): of later versions what they have in common is read. */
    public static @Nullable TraceContext parse(@Nullable String field) {
        if (field == null || field.length() < LENGTH) {
            return null;
        }
        int version = hex(field, 0, 2) ? HexFormat.fromHexDigits(field, 0, 2) : 255;
        boolean isFramed = field.charAt(2) == '-' && field.charAt(35) == '-' && field.charAt(52) == '-';
        boolean ends = field.length() == LENGTH || (version > 0 && field.charAt(LENGTH) == '-');
        if (version == 255 || !isFramed || !ends || !hex(field, 3, 35) || !hex(field, 36, 52) || !hex(field, 53, 55)) {
            return null;
        }
        long high = HexFormat.fromHexDigitsToLong(field, 3, 19);
        long low = HexFormat.fromHexDigitsToLong(field, 19, 35);
        long span = HexFormat.fromHexDigitsToLong(field, 36, 52);
        boolean isOne = (high != 0 || low != 0) && span != 0;
        return isOne ? new TraceContext(high, low, span, (HexFormat.fromHexDigits(field, 53, 55) & 1) != 0) : null;
    }

    /** A new one, at random: its id is a request's id, too. */
    public static TraceContext next() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new TraceContext(random.nextLong(), random.nextLong(), 0, false);
    }

    /**
     * The beginning of a request's own trace. An id as this suite makes them is the trace's too; of any other one is made, the
     * same one in each service.
     */
    public static TraceContext ofRequest(String requestId) {
        if (requestId.length() == 32 && hex(requestId, 0, 32)) {
            long high = HexFormat.fromHexDigitsToLong(requestId, 0, 16);
            long low = HexFormat.fromHexDigitsToLong(requestId, 16, 32);
            if (high != 0 || low != 0) {
                return new TraceContext(high, low, 0, false);
            }
        }
        return new TraceContext(
                mixed(requestId, 0xCBF29CE484222325L), mixed(requestId, 0x9E3779B97F4A7C15L) | 1, 0, false);
    }

    /** The trace that a request belongs to: the one that it says, or its own. */
    public static TraceContext of(String requestId, @Nullable String traceparent) {
        TraceContext said = parse(traceparent);
        return said == null ? ofRequest(requestId) : said;
    }

    private static long mixed(String text, long seed) {
        long hash = seed;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001B3L;
        }
        hash = (hash ^ (hash >>> 33)) * 0xFF51AFD7ED558CCDL;
        hash = (hash ^ (hash >>> 33)) * 0xC4CEB9FE1A85EC53L;
        return hash ^ (hash >>> 33);
    }

    private static boolean hex(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
                return false;
            }
        }
        return true;
    }

    /** What decides, in each service alike, whether the trace is one of the sampled share. */
    public boolean isWithin(double rate) {
        long random = low & ((1L << RANDOM_BITS) - 1);
        return random >= (1 - rate) * (1L << RANDOM_BITS);
    }

    TraceContext at(long newSpan, boolean isSampled) {
        return new TraceContext(high, low, newSpan, isSampled);
    }

    /** The trace's id, 32 hexadecimal digits. */
    public String traceId() {
        return HEX.toHexDigits(high) + HEX.toHexDigits(low);
    }

    static String spanId(long span) {
        return HEX.toHexDigits(span);
    }

    /** The field's value. */
    public String text() {
        return "00-" + traceId() + '-' + spanId(span) + (sampled ? "-01" : "-00");
    }
}
