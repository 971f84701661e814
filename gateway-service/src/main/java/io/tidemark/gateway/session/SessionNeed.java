package io.tidemark.gateway.session;

/** What a route asks of its requests. */
public enum SessionNeed {
    /** A session, or the token of a user; else 401. */
    REQUIRED,
    /** Nothing: who has a session or a token is known by it. */
    OPTIONAL,
    /** Nothing: who has no session is given one. */
    CREATE
}
