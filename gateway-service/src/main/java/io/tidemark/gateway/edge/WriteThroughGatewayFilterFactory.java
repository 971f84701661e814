package io.tidemark.gateway.edge;

import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.gateway.purge.Purger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
 * success purges the targets, path variables filled in, in all regions before it is answered; the answer's
 * {@code Edge-Read-After} is the purge's position, for reads that must not be older. Where the log does not take the purge
 * in time, the answer has no such field; the purge stands here, and is published once the log is back. Where the route also
 * has {@code EdgeCache}, the written resource is filled anew behind the answer ({@link Refill}).
 */
@Component
final class WriteThroughGatewayFilterFactory
        extends AbstractGatewayFilterFactory<WriteThroughGatewayFilterFactory.Config> {
    static final String READ_AFTER = "Edge-Read-After";

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
        config.targets.forEach(target -> target(target, Map.of())); // refuses at the start what is no target
        return (exchange, chain) -> chain.filter(exchange).then(Mono.defer(() -> purge(exchange, config.targets)));
    }

    /** After the origin's answer is known and before it is written. */
    private Mono<Void> purge(ServerWebExchange exchange, List<String> templates) {
        HttpStatusCode status = exchange.getResponse().getStatusCode();
        boolean unsafe = !List.of("GET", "HEAD", "OPTIONS", "TRACE")
                .contains(exchange.getRequest().getMethod().name());
        if (!unsafe || status == null || !status.is2xxSuccessful()) {
            return Mono.empty();
        }
        Map<String, String> variables = ServerWebExchangeUtils.getUriTemplateVariables(exchange);
        List<Target> targets = new ArrayList<>();
        templates.forEach(template -> targets.add(target(template, variables)));
        String id = RequestIdWebFilter.of(exchange);
        return Mono.fromCompletionStage(() -> purger.purge(targets, Purge.Mode.HARD, id))
                .timeout(LIMIT)
                .doOnNext(position -> {
                    exchange.getResponse().getHeaders().set(READ_AFTER, position.toString());
                    refill.behind(exchange, position);
                })
                .onErrorResume(failure -> {
                    log.warn("the purge of {} is not in the log yet", targets, failure);
                    return Mono.<Position>empty();
                })
                .then();
    }

    private static Target target(String template, Map<String, String> variables) {
        int colon = template.indexOf(':');
        if (colon <= 0) {
            throw new IllegalArgumentException(
                    "WriteThrough: a target is <kind>:<value>, as tag:product:{id}, not \"" + template + '"');
        }
        String value = template.substring(colon + 1);
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            value = value.replace('{' + variable.getKey() + '}', variable.getValue());
        }
        return new Target(Target.Kind.valueOf(template.substring(0, colon).toUpperCase(Locale.ROOT)), value);
    }

    /** Bound by Spring Cloud Gateway, which needs a setter. */
    static final class Config {
        private List<String> targets = List.of();

        public void setTargets(List<String> targets) {
            this.targets = List.copyOf(targets);
        }
    }
}
