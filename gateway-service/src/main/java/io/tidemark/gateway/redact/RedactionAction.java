package io.tidemark.gateway.redact;

/** What becomes of a value; where several rules are for one, the first of these counts. */
public enum RedactionAction {
    /** It is not there: a member with its name, an element of an array, the whole as {@code null}. */
    REMOVE,
    /** Another value is in its place, always the same. */
    REPLACE,
    /** A keyed hash is in its place: equal values stay equal, within a region and for as long as its key is used. */
    HASH,
    /** A text with its first character and stars; any other value as stars alone. */
    MASK
}
