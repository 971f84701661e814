package io.tidemark.state.session;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A session that is there.
 *
 * @param id 128 random bits in base64url
 * @param user whose it is, null for nobody's
 * @param created by the clock of its Redis
 * @param expiresAt when it ends if it is not used before: never later than its absolute end
 */
public record Session(String id, @Nullable String user, Instant created, Instant expiresAt) {}
