package io.tidemark.gateway.purge;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * A pattern of paths: {@code *} stands for any characters within a segment, {@code **} for any across segments; all else
 * is literal. Matching takes at most (length of the pattern) × (length of the path) ÷ 64 steps, whatever the pattern: which
 * beginnings of it the path so far can be is one bit each.
 *
 * <p>Of a path longer than {@value #LONGEST} characters only so many are looked at: it counts as covered if they can be the
 * beginning of what matches. So it is purged once too often rather than looked at for long.
 */
final class PathPattern {
    /** As long as a target may be. */
    static final int LONGEST = 2048;

    private static final char WITHIN = '\uE000';
    private static final char ACROSS = '\uE001';
    private static final long[] NOWHERE = {};

    private final String text;
    private final char[] tokens;
    private final boolean seesQuery;
    private final long[] within; // the wildcards, by their place among the tokens
    private final long[] across;
    private final Map<Character, long[]> places = new HashMap<>(); // of each literal

    /** @param text in {@linkplain Reach#normal normal form} */
    PathPattern(String text) {
        this.text = text;
        this.tokens = tokens(text);
        this.seesQuery = text.indexOf('?') >= 0;
        int words = tokens.length / Long.SIZE + 1;
        this.within = new long[words];
        this.across = new long[words];
        for (int t = 0; t < tokens.length; t++) {
            long[] of = switch (tokens[t]) {
                case WITHIN -> within;
                case ACROSS -> across;
                default -> places.computeIfAbsent(tokens[t], _ -> new long[words]);
            };
            of[t / Long.SIZE] |= 1L << t;
        }
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
        // bit t: the subject so far can be matched by the first t tokens
        long[] reached = new long[within.length];
        reached[0] = 1;
        skipEmptyWildcards(reached);
        int length = Math.min(subject.length(), LONGEST);
        for (int i = 0; i < length; i++) {
            if (!advance(reached, subject.charAt(i))) {
                return false;
            }
            skipEmptyWildcards(reached);
        }
        return length < subject.length() || ((reached[tokens.length / Long.SIZE] >>> tokens.length) & 1) != 0;
    }

    /** A literal is passed, a wildcard stays: whether anything is left. */
    private boolean advance(long[] reached, char c) {
        long[] literal = places.getOrDefault(c, NOWHERE);
        boolean staysWithin = c != '/';
        long carried = 0;
        long any = 0;
        for (int w = 0; w < reached.length; w++) {
            long passed = literal.length == 0 ? 0 : reached[w] & literal[w];
            // a wildcard that is under way is reached up to the place behind it
            long stays = reached[w] & (across[w] | (staysWithin ? within[w] : 0));
            reached[w] = (passed << 1) | carried | stays;
            carried = passed >>> (Long.SIZE - 1);
            any |= reached[w];
        }
        return any != 0;
    }

    /** No two wildcards are side by side. */
    private void skipEmptyWildcards(long[] reached) {
        long carried = 0;
        for (int w = 0; w < reached.length; w++) {
            long wild = reached[w] & (within[w] | across[w]);
            reached[w] |= (wild << 1) | carried;
            carried = wild >>> (Long.SIZE - 1);
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
