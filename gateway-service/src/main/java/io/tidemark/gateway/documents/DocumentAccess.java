package io.tidemark.gateway.documents;

import io.tidemark.gateway.session.Caller;
import io.tidemark.gateway.session.Callers;
import io.tidemark.gateway.session.RefusedException;
import io.tidemark.gateway.session.SessionNeed;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Who may edit documents: asked at the upgrade, and again while the connection lasts. Fails with {@link RefusedException}. */
final class DocumentAccess {
    private final @Nullable Callers callers;
    private final List<String> origins;
    private final List<String> erasers;
    private final Duration recheck;

    /** @param callers null if anyone may */
    DocumentAccess(@Nullable Callers callers, List<String> origins, List<String> erasers, Duration recheck) {
        this.callers = callers;
        this.origins = origins;
        this.erasers = erasers;
        this.recheck = recheck;
    }

    /** Whether the request's page and its user may edit. */
    Mono<Caller> edits(ServerWebExchange exchange) {
        return isFromAllowedPage(exchange)
                ? caller(exchange)
                : Mono.error(new RefusedException(DocumentProblems.origin()));
    }

    /** Whether its user may erase. */
    Mono<Caller> erases(ServerWebExchange exchange) {
        return edits(exchange)
                .filter(caller -> caller.user() != null && erasers.contains(caller.user()))
                .switchIfEmpty(Mono.error(new RefusedException(DocumentProblems.notAllowed())));
    }

    /** Empty and without an end, but for an error once the user may not any more. An answer that cannot be had changes nothing. */
    Flux<Void> stays(ServerWebExchange exchange) {
        return callers == null
                ? Flux.never()
                : Flux.interval(recheck)
                        .onBackpressureDrop()
                        .concatMap(_ -> caller(exchange)
                                .then()
                                .onErrorResume(
                                        failure -> !(failure instanceof RefusedException refused)
                                                || refused.problem().getStatus() != HttpStatus.UNAUTHORIZED.value(),
                                        _ -> Mono.empty()));
    }

    private Mono<Caller> caller(ServerWebExchange exchange) {
        return callers == null ? Mono.just(Caller.NOBODY) : callers.of(exchange, SessionNeed.REQUIRED);
    }

    /** Browsers send Origin with each WebSocket (RFC 6455 §10.2), and other pages' with the user's cookies. */
    private boolean isFromAllowedPage(ServerWebExchange exchange) {
        List<String> named = exchange.getRequest().getHeaders().getOrDefault(HttpHeaders.ORIGIN, List.of());
        if (named.isEmpty()) {
            return true; // no browser
        }
        if (named.size() > 1) {
            return false;
        }
        String origin = named.getFirst().toLowerCase(Locale.ROOT);
        return origins.isEmpty() ? isOfThisHost(exchange, origin) : origins.contains(origin);
    }

    private static boolean isOfThisHost(ServerWebExchange exchange, String origin) {
        String host = exchange.getRequest().getHeaders().getFirst(HttpHeaders.HOST);
        try {
            String authority = URI.create(origin).getRawAuthority();
            return authority != null && host != null && authority.equals(host.toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException none) {
            return false;
        }
    }
}
