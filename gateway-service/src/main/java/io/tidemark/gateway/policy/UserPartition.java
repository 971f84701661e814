package io.tidemark.gateway.policy;

import org.jspecify.annotations.Nullable;
import org.springframework.web.server.ServerWebExchange;

/** The name that stands for a request's verified user in keys; whoever verified the user sets it. */
public final class UserPartition {
    private static final String ATTRIBUTE = UserPartition.class.getName();

    private UserPartition() {}

    public static void set(ServerWebExchange exchange, String name) {
        exchange.getAttributes().put(ATTRIBUTE, name);
    }

    /** Null for a request of nobody known. */
    public static @Nullable String of(ServerWebExchange exchange) {
        return exchange.getAttribute(ATTRIBUTE);
    }
}
