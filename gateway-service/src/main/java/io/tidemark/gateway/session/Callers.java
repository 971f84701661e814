package io.tidemark.gateway.session;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.tidemark.commons.json.MalformedJsonException;
import io.tidemark.commons.json.StrictJson;
import io.tidemark.gateway.origin.OriginAnswer;
import io.tidemark.gateway.origin.OriginFailure;
import io.tidemark.gateway.policy.HomeClaim;
import io.tidemark.gateway.policy.Subject;
import io.tidemark.state.session.Session;
import io.tidemark.state.token.TokenFault;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** Finds out who requests are of: by their sessions, or by the tokens of users without one. Fails with {@link RefusedException}. */
public final class Callers {
    private static final int LONGEST_ANSWER = 8 * 1024;

    private final String region;
    private final Presented.Judge judge;
    private final SessionDoor door;
    private final HomeGateways homes;
    private final HomeClaim claim;

    Callers(String region, Presented.Judge judge, SessionDoor door, HomeGateways homes, HomeClaim claim) {
        this.claim = claim;
        this.region = region;
        this.judge = judge;
        this.door = door;
        this.homes = homes;
    }

    /** Who a request is of. */
    public Mono<Caller> of(ServerWebExchange exchange, SessionNeed need) {
        Subject subject = switch (door.subject(exchange.getRequest())) {
            case Subject.Untrusted _
            when need != SessionNeed.REQUIRED -> new Subject.Nobody(); // it may be the origin's affair
            case Subject found -> found;
        };
        return switch (judge.of(exchange.getRequest())) {
            case Presented.Good good ->
                session(exchange, good)
                        .map(found -> named(found, subject))
                        .onErrorResume(
                                RefusedException.class,
                                refused -> need != SessionNeed.REQUIRED && isUnauthorized(refused.problem())
                                        ? without(exchange, need, subject)
                                        : Mono.error(refused));
            case Presented.Bad bad
            when need == SessionNeed.REQUIRED -> Mono.error(new RefusedException(SessionProblems.invalid(bad.fault())));
            case Presented.Bad _, Presented.Nothing _ -> without(exchange, need, subject);
        };
    }

    private static boolean isUnauthorized(ProblemDetail problem) {
        return problem.getStatus() == HttpStatus.UNAUTHORIZED.value();
    }

    private static Caller named(Caller found, Subject subject) {
        return found.user() == null && subject instanceof Subject.User(String name)
                ? new Caller(found.session(), name)
                : found;
    }

    private Mono<Caller> without(ServerWebExchange exchange, SessionNeed need, Subject subject) {
        String user = subject instanceof Subject.User(String name) ? name : null;
        return switch (need) {
            case OPTIONAL -> Mono.just(user == null ? Caller.NOBODY : new Caller(null, user));
            case CREATE -> create(exchange, user);
            case REQUIRED ->
                user != null
                        ? Mono.just(new Caller(null, user))
                        : Mono.error(new RefusedException(
                                subject instanceof Subject.Untrusted
                                        ? SessionProblems.invalidToken()
                                        : SessionProblems.required()));
        };
    }

    /** In the region that the user's token names; without one here. */
    private Mono<Caller> create(ServerWebExchange exchange, @Nullable String user) {
        if (claim.of(exchange.getRequest()) instanceof HomeClaim.Said.Region(String home) && !home.equals(region)) {
            return homes.create(exchange, home)
                    .flatMap(answer -> {
                        answer.headers()
                                .all(HttpHeaders.SET_COOKIE)
                                .forEach(cookie ->
                                        exchange.getResponse().getHeaders().add(HttpHeaders.SET_COOKIE, cookie));
                        return body(answer).map(json -> ofHome(home, answer.status(), json));
                    })
                    .onErrorMap(OriginFailure.class, _ -> new RefusedException(SessionProblems.homeAway(home)));
        }
        return door.begin(exchange, user).map(Callers::of);
    }

    private static Caller of(Session session) {
        return new Caller(session.id(), session.user());
    }

    private Mono<Caller> session(ServerWebExchange exchange, Presented.Good presented) {
        String home = presented.token().home();
        return home.equals(region)
                ? door.find(presented.token()).map(Callers::of)
                : homes.find(exchange, presented)
                        .flatMap(answer -> body(answer).map(json -> ofHome(home, answer.status(), json)))
                        .onErrorMap(OriginFailure.class, _ -> new RefusedException(SessionProblems.homeAway(home)));
    }

    private static Mono<byte[]> body(OriginAnswer answer) {
        return answer.body()
                .reduceWith(Unpooled::buffer, (all, next) -> {
                    try {
                        return all.readableBytes() > LONGEST_ANSWER ? all : all.writeBytes(next);
                    } finally {
                        next.release();
                    }
                })
                .map(ByteBufUtil::getBytes);
    }

    private static Caller ofHome(String home, int status, byte[] body) {
        JsonNode json;
        try {
            json = StrictJson.read(body);
        } catch (MalformedJsonException other) {
            throw new RefusedException(SessionProblems.homeAway(home));
        }
        if (status == HttpStatus.UNAUTHORIZED.value()) {
            boolean revoked = TokenFault.REVOKED.label().equals(text(json, "reason"));
            throw new RefusedException(SessionProblems.invalid(revoked ? TokenFault.REVOKED : TokenFault.EXPIRED));
        }
        String id = text(json, "id");
        if ((status != HttpStatus.OK.value() && status != HttpStatus.CREATED.value()) || id == null) {
            throw new RefusedException(SessionProblems.homeAway(home));
        }
        return new Caller(id, text(json, "user"));
    }

    private static @Nullable String text(JsonNode object, String member) {
        JsonNode found = object.get(member);
        return found != null && found.isString() ? found.asString() : null;
    }
}
