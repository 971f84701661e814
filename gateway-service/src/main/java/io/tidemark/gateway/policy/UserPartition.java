package io.tidemark.gateway.policy;

import org.jspecify.annotations.Nullable;
import org.springframework.web.server.ServerWebExchange;

/** The name that stands for a request's verified user in keys; whoever verified the user sets it. */
public final class UserPartition {
    private static final String ATTRIBUTE = UserPartition.class.getName();

    private static final String NOBODYS = "";

    private UserPartition() {}

    public static void set(ServerWebExchange exchange, String name) {
        exchange.getAttributes().putIfAbsent(ATTRIBUTE, name);
    }

    /** Nothing of this request is stored, and nothing stored is used for it, whoever its user is. */
    public static void withhold(ServerWebExchange exchange) {
        exchange.getAttributes().put(ATTRIBUTE, NOBODYS);
    }

    /** Whether what {@link #of} says is of a request that nothing is stored of. */
    public static boolean isWithheld(@Nullable String name) {
        return name != null && name.isEmpty();
    }

    /** Null for a request of nobody known. */
    public static @Nullable String of(ServerWebExchange exchange) {
        return exchange.getAttribute(ATTRIBUTE);
    }
}
