package io.tidemark.gateway.edge;

import io.tidemark.commons.tracing.Span;
import io.tidemark.gateway.identity.GatewayIdentity;
import io.tidemark.gateway.policy.RoutePolicy;
import io.tidemark.gateway.policy.UserClaims;
import io.tidemark.gateway.server.RequestIdWebFilter;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Hands the requests of a route to the {@link ReadPath}, and the answers to the {@link AnswerWriter}. */
@Component
final class CachingFilter {
    private final ReadPath path;
    private final AnsweredRequests answered;
    private final AnswerWriter writer;
    private final EdgeMeters meters;
    private final UserClaims users;
    private final String cacheName;

    CachingFilter(
            ReadPath path,
            AnsweredRequests answered,
            AnswerWriter writer,
            EdgeMeters meters,
            UserClaims users,
            GatewayIdentity gateway) {
        this.path = path;
        this.answered = answered;
        this.writer = writer;
        this.meters = meters;
        this.users = users;
        this.cacheName = gateway.cacheName();
    }

    /** Answers the request; what is to be written waits in the exchange for {@link AnswerWriter}. */
    Mono<Void> filter(ServerWebExchange exchange, RoutePolicy policy) {
        String version = policy.version().known();
        return version != null
                ? filter(exchange, policy, version)
                : policy.version().current().flatMap(asked -> filter(exchange, policy, asked));
    }

    private Mono<Void> filter(ServerWebExchange exchange, RoutePolicy policy, String version) {
        InterimRelay interim = new InterimRelay(exchange);
        Span whole = RequestIdWebFilter.span(exchange);
        Span span = whole.child(Span.Kind.INTERNAL, "cache");
        EdgeRequest request =
                EdgeRequest.of(RoutedExchange.request(exchange, interim, span), policy, version, cacheName, users);
        Mono<EdgeAnswer> answering = path.answer(request);
        return (span.isRecorded() ? answering.doFinally(_ -> span.end()) : answering).flatMap(answer -> {
            interim.close();
            CacheSteps.answered(whole, span, request, answer);
            boolean isHit = answer.cacheStatus().hit();
            if (isHit) {
                answered.learn(exchange, request);
            }
            meters.of(request.route())
                    .answered(answer.summary(), isHit || answer.cacheStatus().collapsed());
            writer.prepare(exchange, answer);
            return Mono.empty();
        });
    }
}
