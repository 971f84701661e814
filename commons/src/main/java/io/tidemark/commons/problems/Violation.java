package io.tidemark.commons.problems;

/**
 * One thing that is wrong with a request's body.
 *
 * @param pointer where, as a JSON pointer (RFC 6901); empty for the whole
 * @param detail what, and what would be right
 */
public record Violation(String pointer, String detail) {}
