package io.tidemark.gateway.session;

import io.tidemark.gateway.http.Headers;
import io.tidemark.gateway.policy.Subject;
import io.tidemark.gateway.policy.UserClaims;
import io.tidemark.state.session.Session;
import io.tidemark.state.session.SessionOutcome;
import io.tidemark.state.session.Sessions;
import io.tidemark.state.token.SessionToken;
import io.tidemark.state.token.SessionTokens;
import io.tidemark.state.token.TokenFault;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** {@code /edge/session} itself: makes sessions, shows and ends them. */
final class SessionDoor {
    private final String region;
    private final Sessions sessions;
    private final SessionTokens tokens;
    private final SessionCookie cookie;
    private final UserClaims users;
    private final Answers answers;

    SessionDoor(
            String region,
            Sessions sessions,
            SessionTokens tokens,
            SessionCookie cookie,
            UserClaims users,
            Answers answers) {
        this.region = region;
        this.sessions = sessions;
        this.tokens = tokens;
        this.cookie = cookie;
        this.users = users;
        this.answers = answers;
    }

    /** 201, with the session of whoever the bearer token is of; of nobody without one. */
    Mono<Void> create(ServerWebExchange exchange) {
        String user = user(exchange.getRequest());
        return begin(exchange, user).flatMap(made -> {
            exchange.getResponse().getHeaders().set("Location", SessionHandler.ROOT);
            return answers.json(exchange, 201, members(made));
        });
    }

    private @Nullable String user(ServerHttpRequest request) {
        String bearer = SessionCookie.bearer(request);
        if (bearer != null && SessionTokens.isMeant(bearer)) {
            return null;
        }
        return switch (subject(request)) {
            case Subject.Nobody() -> null;
            case Subject.Untrusted() -> throw new RefusedException(SessionProblems.invalidToken());
            case Subject.User(String name) -> name;
        };
    }

    /** Whose bearer token the request has. */
    Subject subject(ServerHttpRequest request) {
        Headers.Builder fields = Headers.builder();
        request.getHeaders()
                .getOrDefault("Authorization", List.of())
                .forEach(value -> fields.add("Authorization", value));
        return users.subject(fields.build());
    }

    /** Makes a session, and tells its client in the response's cookie. */
    Mono<Session> begin(ServerWebExchange exchange, @Nullable String user) {
        return Asked.of(() -> sessions.create(user)).doOnNext(made -> {
            var issued = made.created().truncatedTo(ChronoUnit.SECONDS);
            cookie.set(exchange.getResponse(), tokens.sign(new SessionToken(made.id(), region, issued)));
        });
    }

    /** The session of a token that this region issued; fails if it is gone. */
    Mono<Session> find(SessionToken token) {
        return Asked.of(() -> sessions.find(token.session())).map(outcome -> {
            if (outcome instanceof SessionOutcome.Found(Session session)) {
                return session;
            }
            throw gone(outcome);
        });
    }

    /** 200. */
    Mono<Void> show(ServerWebExchange exchange, SessionToken token) {
        return find(token).flatMap(session -> answers.json(exchange, 200, members(session)));
    }

    /** 204. From now on the token is worth nothing, wherever it is shown. */
    Mono<Void> end(ServerWebExchange exchange, SessionToken token) {
        return Asked.of(() -> sessions.end(token.session())).flatMap(outcome -> ended(exchange, outcome));
    }

    private Mono<Void> ended(ServerWebExchange exchange, SessionOutcome outcome) {
        if (!(outcome instanceof SessionOutcome.Ended)) {
            throw gone(outcome);
        }
        cookie.clear(exchange.getResponse());
        return answers.empty(exchange, 204);
    }

    /** 204. Ends all sessions that this region has of the session's user; nobody's is ended alone. */
    Mono<Void> endAll(ServerWebExchange exchange, SessionToken token) {
        return find(token).flatMap(session -> {
            String user = session.user();
            return user == null
                    ? end(exchange, token)
                    : Asked.of(() -> sessions.endAll(user)).flatMap(_ -> ended(exchange, new SessionOutcome.Ended()));
        });
    }

    private Map<String, Object> members(Session session) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("id", session.id());
        members.put("home", region);
        members.put("expiresAt", session.expiresAt().toString());
        if (session.user() != null) {
            members.put("user", session.user());
        }
        return members;
    }

    /** Why something that was asked of a session is not done. */
    static RefusedException gone(SessionOutcome outcome) {
        return new RefusedException(SessionProblems.invalid(
                outcome instanceof SessionOutcome.Gone(TokenFault fault) ? fault : TokenFault.EXPIRED));
    }
}
