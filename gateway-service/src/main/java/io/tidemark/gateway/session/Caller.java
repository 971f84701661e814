package io.tidemark.gateway.session;

import org.jspecify.annotations.Nullable;

/**
 * Who a request is of, as far as that was verified.
 *
 * @param session the id of its session, null if it has none
 * @param user null if nobody knows
 */
public record Caller(@Nullable String session, @Nullable String user) {
    public static final Caller NOBODY = new Caller(null, null);

    /** The name that the write queue tells clients apart by, null for those that have none. */
    @Nullable
    String client() {
        return user != null ? user : session != null ? "session:" + session : null;
    }
}
