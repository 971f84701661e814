package io.tidemark.state.token;

import java.time.Instant;

/**
 * What a client shows to have its session.
 *
 * @param session the session's id: 128 random bits in base64url
 * @param home the region that made it and keeps it
 * @param issued by the clock of the home's Redis, to the second
 */
public record SessionToken(String session, String home, Instant issued) {}
