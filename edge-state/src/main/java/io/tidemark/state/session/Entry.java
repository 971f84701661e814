package io.tidemark.state.session;

/**
 * A named entry of a session.
 *
 * @param version another one after each write, never the same again
 * @param json as it was written
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record Entry(String version, byte[] json) {}
