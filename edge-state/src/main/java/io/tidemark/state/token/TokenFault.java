package io.tidemark.state.token;

import java.util.Locale;

/** Why a token is worth nothing. */
public enum TokenFault {
    /** A part at its end is missing. */
    TRUNCATED("the token is cut off"),
    /** It is not as one of the keys signed it, or no token at all. */
    FORGED("the token is not as it was signed"),
    /** Its session ended by itself: not used for too long, or at its absolute end. */
    EXPIRED("the session is over"),
    /** Its session was ended. */
    REVOKED("the session was ended");

    private final String meaning;

    TokenFault(String meaning) {
        this.meaning = meaning;
    }

    /** For people. */
    public String meaning() {
        return meaning;
    }

    /** As problems and metrics name it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
