package io.tidemark.gateway.server;

/**
 * Reads the framing of one content in chunks (RFC 9112 §7.1), octet for octet, and keeps nothing of it: so that what no
 * grammar allows is seen before two readers read it in two ways. Field lines behind the last chunk are looked at for octets
 * that no field may have, no further. How long a line may be is for others to bound. Not thread-safe.
 */
final class ChunkedFraming {
    private static final String DELIMITERS = "\"(),/:;<=>?@[\\]{}";

    private enum State {
        SIZE_BEGINS,
        SIZE,
        PADDING,
        NAME_BEGINS,
        NAME,
        NAME_ENDED,
        VALUE_BEGINS,
        TOKEN,
        QUOTED,
        QUOTED_PAIR,
        VALUE_ENDED,
        SIZE_LINE_ENDS,
        DATA,
        DATA_ENDS,
        DATA_LINE_ENDS,
        TRAILER_BEGINS,
        TRAILER,
        TRAILER_LINE_ENDS,
        LAST_LINE_ENDS,
        WHOLE,
        BROKEN
    }

    private final boolean padded;
    private State state = State.SIZE_BEGINS;
    private long size;

    /** @param padded whether spaces may stand between a size and the end of its line, as some old servers write it */
    ChunkedFraming(boolean padded) {
        this.padded = padded;
    }

    /** Whether the content has come to its end: what follows is of another message. */
    boolean isWhole() {
        return state == State.WHOLE;
    }

    /** Passes over what of the next octets is a chunk's data, and returns how many that are. */
    int data(int available) {
        if (state != State.DATA) {
            return 0;
        }
        int passed = (int) Math.min(available, size);
        size -= passed;
        if (size == 0) {
            state = State.DATA_ENDS;
        }
        return passed;
    }

    /** Takes the next octet, which is no chunk's data; false: it may not stand there, and nothing can be said of what follows. */
    boolean accept(byte octet) {
        state = after(octet & 0xff);
        return state != State.BROKEN;
    }

    private State after(int octet) {
        return switch (state) {
            case SIZE_BEGINS -> digit(octet);
            case SIZE -> isHex(octet) ? digit(octet) : afterSize(octet);
            case PADDING -> afterSize(octet);
            case NAME_BEGINS -> isSpace(octet) ? State.NAME_BEGINS : isToken(octet) ? State.NAME : State.BROKEN;
            case NAME -> isToken(octet) ? State.NAME : afterName(octet);
            case NAME_ENDED -> afterName(octet);
            case VALUE_BEGINS ->
                isSpace(octet)
                        ? State.VALUE_BEGINS
                        : octet == '"' ? State.QUOTED : isToken(octet) ? State.TOKEN : State.BROKEN;
            case TOKEN -> isToken(octet) ? State.TOKEN : afterValue(octet);
            case QUOTED ->
                octet == '"'
                        ? State.VALUE_ENDED
                        : octet == '\\' ? State.QUOTED_PAIR : isControl(octet) ? State.BROKEN : State.QUOTED;
            case QUOTED_PAIR -> isControl(octet) ? State.BROKEN : State.QUOTED;
            case VALUE_ENDED -> afterValue(octet);
            case SIZE_LINE_ENDS -> lineFeed(octet, size == 0 ? State.TRAILER_BEGINS : State.DATA);
            case DATA_ENDS -> octet == '\r' ? State.DATA_LINE_ENDS : State.BROKEN;
            case DATA_LINE_ENDS -> lineFeed(octet, State.SIZE_BEGINS);
            case TRAILER_BEGINS -> octet == '\r' ? State.LAST_LINE_ENDS : trailer(octet);
            case TRAILER -> octet == '\r' ? State.TRAILER_LINE_ENDS : trailer(octet);
            case TRAILER_LINE_ENDS -> lineFeed(octet, State.TRAILER_BEGINS);
            case LAST_LINE_ENDS -> lineFeed(octet, State.WHOLE);
            case DATA, WHOLE, BROKEN -> State.BROKEN;
        };
    }

    private State digit(int octet) {
        if (!isHex(octet)) {
            return State.BROKEN;
        }
        size = size * 16 + Character.digit(octet, 16);
        return size > Integer.MAX_VALUE ? State.BROKEN : State.SIZE;
    }

    private State afterSize(int octet) {
        return switch (octet) {
            case ' ', '\t' -> State.PADDING;
            case '\r' -> state == State.SIZE || padded ? State.SIZE_LINE_ENDS : State.BROKEN;
            case ';' -> State.NAME_BEGINS;
            default -> State.BROKEN;
        };
    }

    private static State afterName(int octet) {
        return octet == '=' ? State.VALUE_BEGINS : isSpace(octet) ? State.NAME_ENDED : endOfExtension(octet);
    }

    private static State afterValue(int octet) {
        return isSpace(octet) ? State.VALUE_ENDED : endOfExtension(octet);
    }

    private static State endOfExtension(int octet) {
        return octet == ';' ? State.NAME_BEGINS : octet == '\r' ? State.SIZE_LINE_ENDS : State.BROKEN;
    }

    private static State trailer(int octet) {
        return isControl(octet) ? State.BROKEN : State.TRAILER;
    }

    private static State lineFeed(int octet, State then) {
        return octet == '\n' ? then : State.BROKEN;
    }

    private static boolean isHex(int octet) {
        return octet < 0x80 && Character.digit(octet, 16) >= 0;
    }

    private static boolean isSpace(int octet) {
        return octet == ' ' || octet == '\t';
    }

    /** RFC 9110 §5.6.2. */
    private static boolean isToken(int octet) {
        return octet > ' ' && octet < 0x7f && DELIMITERS.indexOf(octet) < 0;
    }

    private static boolean isControl(int octet) {
        return (octet < ' ' && octet != '\t') || octet == 0x7f;
    }
}
