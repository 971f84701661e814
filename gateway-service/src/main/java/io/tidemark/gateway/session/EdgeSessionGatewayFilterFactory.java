package io.tidemark.gateway.session;

import io.tidemark.gateway.policy.UserPartition;
import io.tidemark.gateway.purge.PurgeView;
import io.tidemark.state.keys.UserNames;
import io.tidemark.state.token.SessionTokens;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code EdgeSession=required|optional|create}: the origin gets who a request is of, in fields that no client can send: {@value
 * #SESSION}, {@value #USER}, and {@value #CLIENT} for the write queue, with {@value #POSITION} where a request may write: the
 * watermark before it was known whose it is, by which the write queue tells what was under way when its client was erased. A
 * session's token does not reach it.
 */
@Component
final class EdgeSessionGatewayFilterFactory
        extends AbstractGatewayFilterFactory<EdgeSessionGatewayFilterFactory.Config> {
    static final String SESSION = "X-Edge-Session";
    static final String USER = "X-Edge-User";
    static final String CLIENT = "X-Client-Id";
    static final String POSITION = "X-Edge-Position";

    private final ObjectProvider<Callers> callers;
    private final ObjectProvider<UserNames> names;
    private final PurgeView purges;
    private final Answers answers;

    /** @param callers none where there are no sessions */
    EdgeSessionGatewayFilterFactory(
            ObjectProvider<Callers> callers, ObjectProvider<UserNames> names, PurgeView purges, JsonMapper mapper) {
        super(Config.class);
        this.purges = purges;
        this.callers = callers;
        this.names = names;
        this.answers = new Answers(mapper);
    }

    @Override
    public List<String> shortcutFieldOrder() {
        return List.of("need");
    }

    @Override
    public String name() {
        return "EdgeSession";
    }

    @Override
    public GatewayFilter apply(Config config) {
        SessionNeed need = need(config.need);
        Callers known = callers.getIfAvailable();
        if (known == null) {
            return (exchange, chain) -> need == SessionNeed.OPTIONAL
                    ? chain.filter(of(exchange, Caller.NOBODY, null))
                    : answers.problem(exchange, SessionProblems.off());
        }
        UserNames users = names.getObject();
        return (exchange, chain) -> {
            String before = isSafe(exchange) ? null : purges.positionAtSend().toString();
            return Mono.defer(() -> known.of(exchange, need))
                    .map(Optional::of)
                    .onErrorResume(
                            RefusedException.class,
                            refused ->
                                    answers.problem(exchange, refused.problem()).thenReturn(Optional.empty()))
                    .flatMap(caller -> caller.map(
                                    found -> chain.filter(of(partitioned(exchange, found, users), found, before)))
                            .orElseGet(Mono::empty));
        };
    }

    private static SessionNeed need(String text) {
        try {
            return SessionNeed.valueOf(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException none) {
            throw new IllegalArgumentException("EdgeSession is required, optional or create, not \"" + text + '"');
        }
    }

    private static boolean isSafe(ServerWebExchange exchange) {
        HttpMethod method = exchange.getRequest().getMethod();
        return method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
    }

    /** What is stored of a user is under a name that stands for the user. */
    private static ServerWebExchange partitioned(ServerWebExchange exchange, Caller caller, UserNames users) {
        String user = caller.user();
        if (user != null) {
            UserPartition.set(exchange, users.of(user));
        }
        return exchange;
    }

    private static ServerWebExchange of(ServerWebExchange exchange, Caller caller, @Nullable String before) {
        ServerHttpRequest request = exchange.getRequest();
        String bearer = SessionCookie.bearer(request);
        return exchange.mutate()
                .request(request.mutate()
                        .headers(fields -> {
                            set(fields, SESSION, caller.session());
                            set(fields, USER, caller.user());
                            set(fields, CLIENT, caller.client());
                            set(fields, POSITION, caller.client() == null ? null : before);
                            if (bearer != null && SessionTokens.isMeant(bearer)) {
                                fields.remove(HttpHeaders.AUTHORIZATION);
                            }
                        })
                        .build())
                .build();
    }

    private static void set(HttpHeaders fields, String name, @Nullable String value) {
        if (value == null) {
            fields.remove(name);
        } else {
            fields.set(name, value);
        }
    }

    /** Bound by Spring Cloud Gateway, which needs a setter. */
    static final class Config {
        private String need = "required";

        public void setNeed(String need) {
            this.need = need;
        }
    }
}
