package io.tidemark.state.session;

import java.util.List;

/**
 * On what a write depends.
 *
 * @param anyOf versions of which the entry must have one; empty: whichever it has, or none
 * @param mustExist whether the entry must be there, whatever its version ({@code If-Match: *})
 * @param mustNotExist whether it must not ({@code If-None-Match: *})
 */
public record Precondition(List<String> anyOf, boolean mustExist, boolean mustNotExist) {
    public Precondition {
        anyOf = List.copyOf(anyOf);
    }

    /** That the entry has this version. */
    public static Precondition version(String version) {
        return new Precondition(List.of(version), true, false);
    }

    /** That there is no entry. */
    public static Precondition absent() {
        return new Precondition(List.of(), false, true);
    }
}
