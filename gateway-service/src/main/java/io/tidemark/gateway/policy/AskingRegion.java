package io.tidemark.gateway.policy;

import org.jspecify.annotations.Nullable;
import org.springframework.web.server.ServerWebExchange;

/** The region whose gateways a request came through on its way to this one; whoever verified that sets it. */
public final class AskingRegion {
    private static final String ATTRIBUTE = AskingRegion.class.getName();

    private AskingRegion() {}

    public static void set(ServerWebExchange exchange, String region) {
        exchange.getAttributes().put(ATTRIBUTE, region);
    }

    /** Null for a request that came here at once. */
    static @Nullable String of(ServerWebExchange exchange) {
        return exchange.getAttribute(ATTRIBUTE);
    }
}
