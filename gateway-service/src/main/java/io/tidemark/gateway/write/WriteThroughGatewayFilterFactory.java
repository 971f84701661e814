package io.tidemark.gateway.write;

import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.gateway.http.EdgeFields;
import io.tidemark.gateway.purge.Purger;
import io.tidemark.gateway.server.RequestIdWebFilter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.http.HttpStatusCode;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * {@code WriteThrough=tag:product:{id}, url:/api/products/{id}}: for routes whose writes must be answered by the origin. A
 * success purges the targets, path variables filled in ({@link WriteTarget}), in all regions before it is answered; the answer's
 * {@code Edge-Read-After} is the purge's position, for reads that must not be older. Where the log does not take the purge
 * in time, the answer has no such field; the purge stands here, and is published once the log is back. Where the route also
 * has {@code EdgeCache}, the written resource is filled anew behind the answer ({@link Refill}).
 */
@Component
final class WriteThroughGatewayFilterFactory
        extends AbstractGatewayFilterFactory<WriteThroughGatewayFilterFactory.Config> {
    private static final Logger log = LoggerFactory.getLogger(WriteThroughGatewayFilterFactory.class);
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final Purger purger;
    private final Refill refill;

    WriteThroughGatewayFilterFactory(Purger purger, Refill refill) {
        super(Config.class);
        this.purger = purger;
        this.refill = refill;
    }

    @Override
    public List<String> shortcutFieldOrder() {
        return List.of("targets");
    }

    @Override
    public ShortcutType shortcutType() {
        return ShortcutType.GATHER_LIST;
    }

    @Override
    public String name() {
        return "WriteThrough";
    }

    @Override
    public GatewayFilter apply(Config config) {
        if (config.targets.isEmpty()) {
            throw new IllegalArgumentException("WriteThrough needs targets, as WriteThrough=tag:product:{id}");
        }
        List<WriteTarget> targets =
                config.targets.stream().map(WriteTarget::new).toList();
        return (exchange, chain) -> {
            if (isUnsafe(exchange)) {
                PathVariables.of(exchange); // a write that nothing can be named by is refused before it is done
            }
            return chain.filter(exchange).then(Mono.defer(() -> purge(exchange, targets)));
        };
    }

    private static boolean isUnsafe(ServerWebExchange exchange) {
        return !List.of("GET", "HEAD", "OPTIONS", "TRACE")
                .contains(exchange.getRequest().getMethod().name());
    }

    /** After the origin's answer is known and before it is written. */
    private Mono<Void> purge(ServerWebExchange exchange, List<WriteTarget> templates) {
        HttpStatusCode status = exchange.getResponse().getStatusCode();
        if (!isUnsafe(exchange) || status == null || !status.is2xxSuccessful()) {
            return Mono.empty();
        }
        List<Target> targets = targets(exchange, templates);
        if (targets.isEmpty()) {
            return Mono.empty();
        }
        String id = RequestIdWebFilter.of(exchange);
        String traceparent = RequestIdWebFilter.span(exchange).traceparent();
        return Mono.fromCompletionStage(() -> purger.purge(targets, Purge.Mode.HARD, id, traceparent))
                .timeout(LIMIT)
                .doOnNext(position -> {
                    exchange.getResponse().getHeaders().set(EdgeFields.READ_AFTER, position.toString());
                    refill.behind(exchange, position);
                })
                .onErrorResume(failure -> {
                    log.warn("the purge of {} is not in the log yet", targets, failure);
                    return Mono.<Position>empty();
                })
                .then();
    }

    /** Those that can be named: the origin has acted, and its answer is not to fail. */
    private static List<Target> targets(ServerWebExchange exchange, List<WriteTarget> templates) {
        Map<String, String> variables = PathVariables.of(exchange);
        String pattern = String.valueOf(
                exchange.<Object>getAttribute(ServerWebExchangeUtils.GATEWAY_PREDICATE_MATCHED_PATH_ATTR));
        List<Target> targets = new ArrayList<>();
        for (WriteTarget template : templates) {
            try {
                targets.add(template.fill(pattern, variables));
            } catch (IllegalArgumentException unnamed) {
                log.debug("a write purges nothing by one of its targets: {}", unnamed.getMessage());
            }
        }
        return targets;
    }

    /** Bound by Spring Cloud Gateway, which needs a setter. */
    static final class Config {
        private List<String> targets = List.of();

        public void setTargets(List<String> targets) {
            this.targets = List.copyOf(targets);
        }
    }
}
