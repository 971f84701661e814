package io.tidemark.gateway.purge;

import java.util.Arrays;

/**
 * A pattern of paths: {@code *} stands for any characters within a segment, {@code **} for any across segments; all else
 * is literal. Matching takes at most (length of the pattern) × (length of the path) steps, whatever the pattern.
 */
final class PathPattern {
    private static final char WITHIN = '\uE000';
    private static final char ACROSS = '\uE001';

    private final String text;
    private final char[] tokens;
    private final boolean seesQuery;

    /** @param text in {@linkplain Reach#normal normal form} */
    PathPattern(String text) {
        this.text = text;
        this.tokens = tokens(text);
        this.seesQuery = text.indexOf('?') >= 0;
    }

    private static char[] tokens(String text) {
        StringBuilder tokens = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '*') {
                tokens.append(c);
            } else if (i == 0 || text.charAt(i - 1) != '*') {
                tokens.append(i + 1 < text.length() && text.charAt(i + 1) == '*' ? ACROSS : WITHIN);
            }
        }
        return tokens.toString().toCharArray();
    }

    /** Whether the whole path matches; a pattern with a question mark is compared with the path and its query. */
    boolean matches(String path, String query) {
        return matches(seesQuery ? path + '?' + query : path);
    }

    private boolean matches(String subject) {
        // reached[t]: the subject so far can be matched by the first t tokens
        boolean[] reached = new boolean[tokens.length + 1];
        reached[0] = true;
        skipEmptyWildcards(reached);
        for (int i = 0; i < subject.length(); i++) {
            char c = subject.charAt(i);
            boolean any = false;
            for (int t = tokens.length; t > 0; t--) {
                char token = tokens[t - 1];
                reached[t] = switch (token) {
                    case ACROSS -> reached[t];
                    case WITHIN -> reached[t] && c != '/';
                    default -> reached[t - 1] && token == c;
                };
                any |= reached[t];
            }
            reached[0] = false;
            if (!any) {
                return false;
            }
            skipEmptyWildcards(reached);
        }
        return reached[tokens.length];
    }

    private void skipEmptyWildcards(boolean[] reached) {
        for (int t = 0; t < tokens.length; t++) {
            if (reached[t] && (tokens[t] == WITHIN || tokens[t] == ACROSS)) {
                reached[t + 1] = true;
            }
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PathPattern pattern && Arrays.equals(tokens, pattern.tokens);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(tokens);
    }

    @Override
    public String toString() {
        return text;
    }
}
