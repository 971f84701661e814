package io.tidemark.gateway.session;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.gateway.origin.OriginAnswer;
import io.tidemark.gateway.policy.HomeClaim;
import io.tidemark.gateway.server.ArrivedRequest;
import io.tidemark.state.token.SessionToken;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;
import reactor.core.publisher.Mono;

/**
 * {@code /edge/session} and what is below it. A token is judged before anything is asked for; then the call is answered here if this
 * region made the session, and passed to its home if another did.
 */
final class SessionHandler implements WebHandler {
    static final String ROOT = "/edge/session";
    static final String ALL = "/edge/sessions";

    private static final Set<String> NOT_PASSED_BACK = Set.of("x-request-id", "transfer-encoding");

    private final String region;
    private final Presented.Judge judge;
    private final SessionDoor door;
    private final EntryDoor entries;
    private final @Nullable CheckoutDoor checkouts;
    private final HomeGateways homes;
    private final HomeMark mark;
    private final HomeClaim claim;
    private final Contents contents;
    private final Answers answers;
    private final RefusedTokens early;
    private final MeterRegistry metrics;

    /** @param checkouts null where there are none */
    SessionHandler(
            String region,
            Presented.Judge judge,
            SessionDoor door,
            EntryDoor entries,
            @Nullable CheckoutDoor checkouts,
            HomeGateways homes,
            HomeMark mark,
            HomeClaim claim,
            Contents contents,
            Answers answers,
            RefusedTokens early,
            MeterRegistry metrics) {
        this.early = early;
        this.region = region;
        this.judge = judge;
        this.door = door;
        this.entries = entries;
        this.checkouts = checkouts;
        this.homes = homes;
        this.mark = mark;
        this.claim = claim;
        this.contents = contents;
        this.answers = answers;
        this.metrics = metrics;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange) {
        String path = ArrivedRequest.of(exchange.getRequest()).target().canonicalPath();
        return Mono.defer(() -> dispatch(exchange, path)).onErrorResume(RefusedException.class, refused -> {
            metrics.counter("tidemark.sessions.refused", "type", type(refused)).increment();
            if (refused.current() != null) {
                exchange.getResponse().getHeaders().set(HttpHeaders.ETAG, Answers.etag(refused.current()));
            }
            return answers.problem(exchange, refused.problem());
        });
    }

    private static String type(RefusedException refused) {
        String type = String.valueOf(refused.problem().getType());
        Map<String, Object> properties = refused.problem().getProperties();
        Object reason = properties == null ? null : properties.get("reason");
        return reason == null ? type.substring(type.lastIndexOf(':') + 1) : reason.toString();
    }

    private Mono<Void> dispatch(ServerWebExchange exchange, String path) {
        HttpMethod method = exchange.getRequest().getMethod();
        if (path.equals(ROOT) && method.equals(HttpMethod.POST)) {
            return create(exchange);
        }
        if (path.equals(ROOT)) {
            allow(exchange, "POST, GET, HEAD, DELETE");
        } else if (path.equals(ALL)) {
            allow(exchange, "DELETE");
        } else if (path.startsWith(EntryDoor.PATH)) {
            allow(exchange, "GET, HEAD, PUT, DELETE");
        } else if (checkouts != null && path.startsWith(CheckoutDoor.PATH)) {
            allow(exchange, CheckoutDoor.allowed(path));
        } else {
            throw new RefusedException(SessionProblems.notFound());
        }
        Presented.Good presented = switch (judge.of(exchange.getRequest())) {
            case Presented.Nothing() -> throw new RefusedException(SessionProblems.required());
            case Presented.Bad bad -> {
                early.learn(exchange);
                throw new RefusedException(SessionProblems.invalid(bad.fault()));
            }
            case Presented.Good good -> good;
        };
        if (!presented.token().home().equals(region)) {
            return elsewhere(exchange, presented);
        }
        return here(exchange, path, presented.token());
    }

    /** In the region that the user's token names; without one here. */
    private Mono<Void> create(ServerWebExchange exchange) {
        return switch (claim.of(exchange.getRequest())) {
            case HomeClaim.Said.Region(String home)
            when !home.equals(region) -> {
                requireFirst(exchange);
                yield homes.create(exchange, home).flatMap(answer -> passBack(exchange, answer));
            }
            case HomeClaim.Said _ -> door.create(exchange);
        };
    }

    /** Another region's gateway has passed this on to a region that is not here: passed on once more it might come back. */
    private void requireFirst(ServerWebExchange exchange) {
        HomeMark.Passed passed = mark.believed(exchange.getRequest());
        if (passed != null) {
            throw new RefusedException(SessionProblems.loop(passed.home(), region));
        }
    }

    private static void allow(ServerWebExchange exchange, String allowed) {
        if (!Set.of(allowed.split(", ", -1))
                .contains(exchange.getRequest().getMethod().name())) {
            exchange.getResponse().getHeaders().set(HttpHeaders.ALLOW, allowed);
            throw new RefusedException(SessionProblems.methodNotAllowed(allowed));
        }
    }

    private Mono<Void> here(ServerWebExchange exchange, String path, SessionToken token) {
        boolean ends = exchange.getRequest().getMethod().equals(HttpMethod.DELETE);
        return switch (path) {
            case ROOT -> ends ? door.end(exchange, token) : door.show(exchange, token);
            case ALL -> door.endAll(exchange, token);
            default ->
                checkouts != null && path.startsWith(CheckoutDoor.PATH)
                        ? checkouts.answer(exchange, token, path.substring(CheckoutDoor.PATH.length()))
                        : entries.answer(exchange, token, path.substring(EntryDoor.PATH.length()));
        };
    }

    private Mono<Void> elsewhere(ServerWebExchange exchange, Presented.Good presented) {
        requireFirst(exchange);
        HttpMethod method = exchange.getRequest().getMethod();
        return method.equals(HttpMethod.PUT) || method.equals(HttpMethod.POST)
                ? contents.with(
                        exchange,
                        content ->
                                homes.pass(exchange, presented, content).flatMap(answer -> passBack(exchange, answer)))
                : homes.pass(exchange, presented, null).flatMap(answer -> passBack(exchange, answer));
    }

    private static Mono<Void> passBack(ServerWebExchange exchange, OriginAnswer answer) {
        ServerHttpResponse response = exchange.getResponse();
        response.setRawStatusCode(answer.status());
        answer.headers().forEach(field -> {
            if (!NOT_PASSED_BACK.contains(field.name().toLowerCase(java.util.Locale.ROOT))) {
                response.getHeaders().add(field.name(), field.value());
            }
        });
        NettyDataBufferFactory buffers = (NettyDataBufferFactory) response.bufferFactory();
        return response.writeWith(answer.body().map(buffers::wrap));
    }
}
