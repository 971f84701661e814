package io.tidemark.gateway.residency;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.gateway.cache.CacheStatus;
import io.tidemark.gateway.http.EdgeFields;
import io.tidemark.gateway.identity.GatewayIdentity;
import io.tidemark.gateway.origin.OriginAnswer;
import io.tidemark.gateway.origin.OriginFailure;
import io.tidemark.gateway.policy.AskingRegion;
import io.tidemark.gateway.policy.UserPartition;
import io.tidemark.gateway.server.ArrivedRequest;
import io.tidemark.gateway.server.RequestIdWebFilter;
import io.tidemark.gateway.server.RequestLog;
import io.tidemark.gateway.session.HomeMark;
import java.util.Locale;
import java.util.Set;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Lets requests in whose data are at home here; passes on, or refuses, those of other regions. Thread-safe. */
final class ResidencyDoor {
    private static final String RETRY_AFTER = "2";

    /** What this gateway says itself of each answer. */
    private static final Set<String> NOT_PASSED_BACK =
            Set.of("x-request-id", "transfer-encoding", "x-cache-status", "x-edge-colo");

    private final String region;
    private final String colo;
    private final String cacheName;
    private final HomeRegions homes;
    private final HomeMark mark;
    private final JsonMapper mapper;
    private final MeterRegistry metrics;

    ResidencyDoor(GatewayIdentity gateway, HomeRegions homes, HomeMark mark, JsonMapper mapper, MeterRegistry metrics) {
        this.region = gateway.region();
        this.colo = gateway.colo();
        this.cacheName = gateway.cacheName();
        this.homes = homes;
        this.mark = mark;
        this.mapper = mapper;
        this.metrics = metrics;
    }

    /**
     * How a route keeps to a region.
     *
     * @param passes whether what is at home elsewhere is passed on there, and not refused
     * @param queues whether its writes are queued
     * @param queueIsHome whether what this region's gateways queue may lie where it is queued
     */
    record Terms(String route, Residence.Rule rule, boolean passes, boolean queues, boolean queueIsHome) {}

    /** Answers a request, or lets it go on. */
    Mono<Void> enter(ServerWebExchange exchange, Terms terms, GatewayFilterChain chain) {
        return switch (terms.rule.of(exchange.getRequest())) {
            case Residence.Here _ -> here(exchange, terms, chain);
            case Residence.Elsewhere(String home) -> elsewhere(exchange, terms, home);
            case Residence.Unknown _ -> unknown(exchange, terms, chain);
        };
    }

    /** Where regions cannot know one another's requests nobody is answered: neither here nor elsewhere would be right. */
    Mono<Void> off(ServerWebExchange exchange, String route) {
        RequestLog.withhold(exchange);
        return refuse(exchange, "refused", ResidencyProblems.off(route));
    }

    private Mono<Void> here(ServerWebExchange exchange, Terms terms, GatewayFilterChain chain) {
        RequestIdWebFilter.span(exchange).set(RequestIdWebFilter.KEEPS_TO, region);
        if (terms.queues && !terms.queueIsHome && isWrite(exchange)) {
            return refuse(exchange, "refused", ResidencyProblems.writes(terms.route, region));
        }
        HomeMark.Passed passed = mark.believed(exchange.getRequest());
        if (passed != null) {
            AskingRegion.set(exchange, passed.from());
        }
        return chain.filter(exchange);
    }

    private static boolean isWrite(ServerWebExchange exchange) {
        return !Set.of("GET", "HEAD", "OPTIONS", "TRACE")
                .contains(exchange.getRequest().getMethod().name());
    }

    private Mono<Void> unknown(ServerWebExchange exchange, Terms terms, GatewayFilterChain chain) {
        RequestLog.withhold(exchange);
        if (terms.queues && isWrite(exchange)) {
            return refuse(exchange, "refused", ResidencyProblems.unknown(terms.route));
        }
        UserPartition.withhold(exchange);
        count("unknown");
        exchange.getResponse()
                .beforeCommit(() -> Mono.fromRunnable(() -> {
                    HttpHeaders fields = exchange.getResponse().getHeaders();
                    var said = fields.getOrDefault(CacheStatus.FIELD, java.util.List.of()).stream()
                            .filter(member -> !member.startsWith(cacheName))
                            .toList();
                    fields.remove(CacheStatus.FIELD);
                    said.forEach(member -> fields.add(CacheStatus.FIELD, member));
                    name(fields);
                }));
        return chain.filter(exchange);
    }

    private Mono<Void> elsewhere(ServerWebExchange exchange, Terms terms, String home) {
        RequestLog.withhold(exchange);
        HomeMark.Passed passed = mark.believed(exchange.getRequest());
        if (passed != null) {
            return refuse(exchange, "loop", ResidencyProblems.loop(passed.home(), region));
        }
        boolean isTunnel = exchange.getRequest().getHeaders().getUpgrade() != null
                && ArrivedRequest.of(exchange.getRequest()).isWebsocket();
        if (!terms.passes || isTunnel) {
            String authority = ArrivedRequest.of(exchange.getRequest())
                    .forwarding()
                    .authority()
                    .text();
            String scheme =
                    ArrivedRequest.of(exchange.getRequest()).forwarding().scheme();
            exchange.getResponse()
                    .getHeaders()
                    .set(HttpHeaders.LINK, '<' + scheme + "://" + authority + "/>; rel=\"blocked-by\"");
            return refuse(exchange, "refused", ResidencyProblems.elsewhere(terms.route, home));
        }
        if (!homes.knows(home)) {
            return refuse(exchange, "away", ResidencyProblems.notKnown(home));
        }
        return homes.pass(exchange, home)
                .flatMap(answer -> {
                    count("passed");
                    return passBack(exchange, answer);
                })
                .onErrorResume(
                        OriginFailure.class,
                        failure -> exchange.getResponse().isCommitted()
                                ? Mono.error(failure)
                                : refuse(exchange, "away", ResidencyProblems.away(home)));
    }

    private Mono<Void> passBack(ServerWebExchange exchange, OriginAnswer answer) {
        ServerHttpResponse response = exchange.getResponse();
        response.setRawStatusCode(answer.status());
        answer.headers().forEach(field -> {
            if (!NOT_PASSED_BACK.contains(field.name().toLowerCase(Locale.ROOT))) {
                response.getHeaders().add(field.name(), field.value());
            }
        });
        name(response.getHeaders());
        NettyDataBufferFactory buffers = (NettyDataBufferFactory) response.bufferFactory();
        return response.writeWith(answer.body().map(buffers::wrap));
    }

    private Mono<Void> refuse(ServerWebExchange exchange, String outcome, ProblemDetail problem) {
        count(outcome);
        ServerHttpResponse response = exchange.getResponse();
        byte[] body = mapper.writeValueAsBytes(problem);
        response.setRawStatusCode(problem.getStatus());
        HttpHeaders fields = response.getHeaders();
        fields.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        fields.setContentLength(body.length);
        fields.set(HttpHeaders.CACHE_CONTROL, "no-store");
        if (problem.getStatus() == HttpStatus.SERVICE_UNAVAILABLE.value()) {
            fields.set(HttpHeaders.RETRY_AFTER, RETRY_AFTER);
        }
        name(fields);
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
    }

    /** RFC 9211: the cache took no part, and why. */
    private void name(HttpHeaders fields) {
        fields.add(CacheStatus.FIELD, cacheName + "; fwd=bypass; detail=residency");
        fields.set(CacheStatus.Summary.FIELD, CacheStatus.Summary.BYPASS.name());
        fields.set(EdgeFields.COLO, colo);
    }

    private void count(String outcome) {
        metrics.counter("tidemark.residency", "outcome", outcome).increment();
    }
}
