package io.tidemark.gateway.documents;

import io.tidemark.gateway.documents.store.DocumentsProperties.Access;
import io.tidemark.gateway.session.Caller;
import io.tidemark.gateway.session.Callers;
import io.tidemark.gateway.session.RefusedException;
import io.tidemark.gateway.session.SessionNeed;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Who may have documents: asked at the upgrade, and again while the connection lasts. Fails with {@link RefusedException}. */
final class DocumentAccess {
    /** RFC 6750 §2.1: what may follow {@code Bearer}. */
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]{1,8192}=*");

    private final @Nullable Callers callers;
    private final Access readers;
    private final Access editors;
    private final List<String> origins;
    private final List<String> erasers;
    private final Duration recheck;

    /** @param callers null if anyone may edit */
    DocumentAccess(
            @Nullable Callers callers,
            Access readers,
            Access editors,
            List<String> origins,
            List<String> erasers,
            Duration recheck) {
        this.callers = callers;
        this.readers = readers;
        this.editors = editors;
        this.origins = origins;
        this.erasers = erasers;
        this.recheck = recheck;
    }

    /** What the request's user may do, if its page may connect. */
    Mono<Scope> scope(ServerWebExchange exchange) {
        return page(exchange).then(Mono.defer(() -> caller(exchange))).map(this::scope);
    }

    private Scope scope(Caller caller) {
        if (!isOne(caller, readers)) {
            throw new RefusedException(DocumentProblems.user());
        }
        return new Scope(isOne(caller, editors), caller.user());
    }

    private static boolean isOne(Caller caller, Access of) {
        return switch (of) {
            case ANYONE -> true;
            case SESSION -> caller.session() != null || caller.user() != null;
            case TOKEN -> caller.user() != null;
        };
    }

    /** Whether its user may erase. */
    Mono<Caller> erases(ServerWebExchange exchange) {
        return page(exchange)
                .then(Mono.defer(() -> caller(exchange)))
                .filter(caller -> caller.user() != null && erasers.contains(caller.user()))
                .switchIfEmpty(Mono.error(new RefusedException(DocumentProblems.notAllowed())));
    }

    /** What the user may do, asked again and again; an error once that is nothing. An answer that cannot be had changes nothing. */
    Flux<Scope> scopes(ServerWebExchange exchange) {
        return callers == null
                ? Flux.never()
                : Flux.interval(recheck)
                        .onBackpressureDrop()
                        .concatMap(
                                _ -> scope(exchange).onErrorResume(failure -> !isRefusal(failure), _ -> Mono.empty()));
    }

    /** Whether it says that somebody may not, and not that this cannot be known now. */
    static boolean isRefusal(Throwable failure) {
        return failure instanceof RefusedException refused
                && (refused.problem().getStatus() == HttpStatus.UNAUTHORIZED.value()
                        || refused.problem().getStatus() == HttpStatus.FORBIDDEN.value());
    }

    /** The request with a bearer token of its own (RFC 6750 §2.1), as it is if that is empty; empty if there can be no such token. */
    static Optional<ServerWebExchange> withToken(ServerWebExchange exchange, String token) {
        if (token.isEmpty()) {
            return Optional.of(exchange);
        }
        return TOKEN.matcher(token).matches()
                ? Optional.of(exchange.mutate()
                        .request(exchange.getRequest()
                                .mutate()
                                .headers(fields -> fields.setBearerAuth(token))
                                .build())
                        .build())
                : Optional.empty();
    }

    private Mono<Caller> caller(ServerWebExchange exchange) {
        SessionNeed need = readers == Access.ANYONE ? SessionNeed.OPTIONAL : SessionNeed.REQUIRED;
        return callers == null ? Mono.just(Caller.NOBODY) : callers.of(exchange, need);
    }

    /** Fails unless the request's page may connect: browsers name it with each WebSocket (RFC 6455 §10.2), and send cookies with all. */
    Mono<Void> page(ServerWebExchange exchange) {
        return isFromAllowedPage(exchange) ? Mono.empty() : Mono.error(new RefusedException(DocumentProblems.origin()));
    }

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
