package io.tidemark.gateway.edge;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.tidemark.commons.requests.RequestId;
import io.tidemark.gateway.fill.RequestCollapser;
import io.tidemark.gateway.fill.Revalidator;
import io.tidemark.gateway.identity.GatewayIdentity;
import io.tidemark.gateway.origin.Origins;
import io.tidemark.gateway.policy.EdgeProperties;
import io.tidemark.gateway.policy.PolicyDecider;
import io.tidemark.gateway.policy.RoutePolicy;
import io.tidemark.gateway.policy.TokenProperties;
import io.tidemark.gateway.policy.UserClaims;
import io.tidemark.gateway.purge.PurgeView;
import io.tidemark.gateway.store.TieredStore;
import java.net.URI;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.adapter.DefaultServerWebExchange;
import org.springframework.web.server.i18n.AcceptHeaderLocaleContextResolver;
import org.springframework.web.server.session.DefaultWebSessionManager;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** The real caching filter of one gateway, without a server in front of it. */
public final class SimulatedEdge {
    private static final URI ORIGIN = URI.create("http://origin.internal/products/42");
    private static final Route ROUTE = Route.async()
            .id("products")
            .uri("http://origin.internal")
            .predicate(_ -> true)
            .build();
    private static final GatewayIdentity GATEWAY = bind("tidemark", GatewayIdentity.class);
    private static final EdgeProperties PROPERTIES = bind("tidemark", EdgeProperties.class);
    private static final AnswerWriter WRITER = new AnswerWriter(GATEWAY);
    private static final EdgeMeters METERS = new EdgeMeters(new SimpleMeterRegistry());
    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final UserClaims USERS = new UserClaims(bind("tidemark.tokens", TokenProperties.class));
    private static final NettyDataBufferFactory BUFFERS = new NettyDataBufferFactory(UnpooledByteBufAllocator.DEFAULT);
    private static final DefaultWebSessionManager SESSIONS = new DefaultWebSessionManager();
    private static final ServerCodecConfigurer CODECS = ServerCodecConfigurer.create();
    private static final AcceptHeaderLocaleContextResolver LOCALES = new AcceptHeaderLocaleContextResolver();

    private final CachingFilter filter;
    private final RoutePolicy policy;

    /**
     * What a client got.
     *
     * @param body as text
     */
    public record Answer(int status, HttpHeaders headers, String body) {}

    /** The filter over what one gateway has. */
    public SimulatedEdge(
            TieredStore store,
            PurgeView purges,
            RequestCollapser collapser,
            Revalidator revalidator,
            Origins origins,
            InstantSource clock,
            RoutePolicy policy) {
        this.policy = policy;
        this.filter = new CachingFilter(
                store,
                purges,
                new PolicyDecider(purges, clock),
                new ClientInvalidation(
                        (_, _, _) -> CompletableFuture.failedFuture(
                                new UnsupportedOperationException("no unsafe requests here")),
                        bind("tidemark.client-purges", ClientPurgeProperties.class),
                        new SimpleMeterRegistry()),
                collapser,
                revalidator,
                origins,
                WRITER,
                METERS,
                MAPPER,
                clock,
                _ -> {},
                USERS,
                new ForcedCalls(new SimpleMeterRegistry()),
                GATEWAY,
                PROPERTIES);
    }

    /** Answers a request for the route's one resource, as soon as everything for it is here. */
    public Mono<Answer> answer(SimulatedRequest request) {
        SimulatedResponse response = new SimulatedResponse(BUFFERS);
        ServerWebExchange exchange = new DefaultServerWebExchange(request, response, SESSIONS, CODECS, LOCALES);
        exchange.getAttributes().put(GATEWAY_ROUTE_ATTR, ROUTE);
        exchange.getAttributes().put(GATEWAY_REQUEST_URL_ATTR, ORIGIN);
        exchange.getAttributes().put(RequestId.MDC_KEY, "simulated");
        return filter.filter(exchange, policy)
                .then(WRITER.filter(exchange, _ -> Mono.empty()))
                .then(Mono.fromSupplier(() -> new Answer(status(response), response.getHeaders(), response.body())));
    }

    private static int status(SimulatedResponse response) {
        var status = response.getStatusCode();
        return status == null ? 200 : status.value();
    }

    private static <T> T bind(String prefix, Class<T> type) {
        return new Binder(new MapConfigurationPropertySource(Map.of("tidemark.colo", "simulated")))
                .bindOrCreate(prefix, type);
    }
}
