package io.tidemark.gateway.edge;

import org.springframework.web.server.ServerWebExchange;

/** Who is told of the requests that are answered from the cache. */
public interface AnsweredRequests {
    /** Remembers a request that is answered by what is stored, if its route allows that. Does not block. */
    void learn(ServerWebExchange exchange, EdgeRequest request);
}
