package io.tidemark.gateway.edge;

import io.tidemark.commons.requests.LogSampling;
import io.tidemark.commons.requests.RequestId;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatusCode;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Gives each request its id, on the way in and out, and logs it with its time: at debug, and the sampled ones at info. */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
final class RequestIdWebFilter implements WebFilter {
    private static final Logger log = LoggerFactory.getLogger("tidemark.requests");
    private static final String ATTRIBUTE = RequestId.MDC_KEY;

    private final LogSampling sampling;

    RequestIdWebFilter(LogSampling sampling) {
        this.sampling = sampling;
    }

    /** The id that this filter gave the request. */
    static String of(ServerWebExchange exchange) {
        return exchange.getAttribute(ATTRIBUTE) instanceof String id ? id : RequestId.next();
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        String presented = exchange.getRequest().getHeaders().getFirst(RequestId.HEADER);
        String id = RequestId.of(presented);
        ServerWebExchange identified = id.equals(presented)
                ? exchange
                : exchange.mutate()
                        .request(request -> request.headers(headers -> headers.set(RequestId.HEADER, id)))
                        .build();
        identified.getAttributes().put(ATTRIBUTE, id);
        identified.getResponse().getHeaders().set(RequestId.HEADER, id);
        boolean sampled = sampling.includes(id);
        if (!sampled && !log.isDebugEnabled()) {
            return chain.filter(identified);
        }
        long start = System.nanoTime();
        return chain.filter(identified).doFinally(_ -> write(identified, id, sampled, System.nanoTime() - start));
    }

    private static void write(ServerWebExchange exchange, String id, boolean sampled, long nanos) {
        HttpStatusCode status = exchange.getResponse().getStatusCode();
        String cache = exchange.getResponse().getHeaders().getFirst("Cache-Status");
        try (var _ = MDC.putCloseable(RequestId.MDC_KEY, id)) {
            log.atLevel(sampled ? Level.INFO : Level.DEBUG)
                    .addKeyValue("method", exchange.getRequest().getMethod())
                    .addKeyValue("path", exchange.getRequest().getURI().getRawPath())
                    .addKeyValue("status", status == null ? 0 : status.value())
                    .addKeyValue("cache", cache == null ? "" : cache)
                    .addKeyValue("tookMicros", Duration.ofNanos(nanos).toNanos() / 1000)
                    .log("request");
        }
    }
}
