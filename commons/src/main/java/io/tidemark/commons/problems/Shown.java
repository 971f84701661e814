package io.tidemark.commons.problems;

/** A client's text as problems and logs show it: on one line, of visible characters, not longer than {@value #LONGEST}. */
public final class Shown {
    private static final int LONGEST = 200;

    private Shown() {}

    /** The text; each control character, each half of a surrogate pair and what could turn the line around as a question mark. */
    public static String of(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().limit(LONGEST).forEach(c -> shown.appendCodePoint(isVisible(c) ? c : '?'));
        return text.codePointCount(0, text.length()) > LONGEST
                ? shown.append('…').toString()
                : shown.toString();
    }

    private static boolean isVisible(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }
}
