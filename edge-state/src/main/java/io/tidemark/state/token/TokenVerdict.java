package io.tidemark.state.token;

/** What the text of a token is worth before its session is asked for. */
public sealed interface TokenVerdict {
    /** As it was signed, and its session may still be there. */
    record Valid(SessionToken token) implements TokenVerdict {}

    /** Nothing. */
    record Invalid(TokenFault fault) implements TokenVerdict {}
}
