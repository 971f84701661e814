package io.tidemark.gateway.write;

import io.tidemark.commons.json.JsonContent;
import io.tidemark.commons.json.StrictJson;
import io.tidemark.commons.problems.Problems;
import io.tidemark.gateway.overload.HeldBytes;
import io.tidemark.gateway.overload.HeldContents;
import java.util.List;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.stereotype.Component;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code WriteBehind=<write type>}: turns a POST, PUT, PATCH or DELETE of a route into a queued write of that type. The
 * route leads to the write queue; its path variables become members of the write's data, over those of the body.
 */
@Component
final class WriteBehindGatewayFilterFactory
        extends AbstractGatewayFilterFactory<WriteBehindGatewayFilterFactory.Config> {
    private static final int MAX_BODY_BYTES = 1 << 20;

    private final JsonMapper mapper;
    private final HeldContents contents;

    WriteBehindGatewayFilterFactory(JsonMapper mapper, HeldBytes held) {
        super(Config.class);
        this.contents = new HeldContents(
                held,
                MAX_BODY_BYTES,
                WriteBehindGatewayFilterFactory::tooLarge,
                WriteBehindGatewayFilterFactory::overloaded);
        this.mapper = mapper;
    }

    @Override
    public List<String> shortcutFieldOrder() {
        return List.of("type");
    }

    @Override
    public String name() {
        return "WriteBehind";
    }

    @Override
    public GatewayFilter apply(Config config) {
        if (config.type.isBlank()) {
            throw new IllegalArgumentException("WriteBehind needs the write's type, as WriteBehind=product.update");
        }
        return (exchange, chain) -> {
            HttpMethod method = exchange.getRequest().getMethod();
            boolean writes = method.equals(HttpMethod.POST)
                    || method.equals(HttpMethod.PUT)
                    || method.equals(HttpMethod.PATCH)
                    || method.equals(HttpMethod.DELETE);
            return writes
                    ? contents.with(exchange.getRequest(), body -> chain.filter(queued(exchange, config.type, body)))
                    : chain.filter(exchange);
        };
    }

    private ServerWebExchange queued(ServerWebExchange exchange, String type, byte[] body) {
        if (body.length > 0) {
            requireJson(exchange.getRequest().getHeaders());
        }
        ObjectNode data = data(body);
        PathVariables.of(exchange).forEach(data::put);
        ObjectNode write = mapper.createObjectNode().put("type", type);
        write.set("data", data);
        byte[] bytes = mapper.writeValueAsBytes(write);
        ServerHttpRequest request = exchange.getRequest()
                .mutate()
                .method(HttpMethod.POST)
                .path("/v1/writes")
                .headers(headers -> {
                    headers.remove(HttpHeaders.TRANSFER_ENCODING);
                    headers.setContentType(MediaType.APPLICATION_JSON);
                    headers.setContentLength(bytes.length);
                })
                .build();
        return exchange.mutate()
                .request(new ServerHttpRequestDecorator(request) {
                    @Override
                    public Flux<DataBuffer> getBody() {
                        return Flux.just(exchange.getResponse().bufferFactory().wrap(bytes));
                    }
                })
                .build();
    }

    private ObjectNode data(byte[] body) {
        if (body.length == 0) {
            return mapper.createObjectNode();
        }
        if (StrictJson.read(body) instanceof ObjectNode object) { // as the write queue reads it
            return object;
        }
        throw problem(
                HttpStatus.BAD_REQUEST, "malformed-write", "The body is no JSON object", "a write's data is an object");
    }

    /** Content of another type is not understood, and so not done; without a type it is judged by its octets. */
    private static void requireJson(HttpHeaders fields) {
        List<String> encodings = fields.getOrDefault(HttpHeaders.CONTENT_ENCODING, List.of());
        if (!JsonContent.isPlain(encodings)) {
            throw unsupported("its Content-Encoding is not understood");
        }
        List<String> types = fields.getOrDefault(HttpHeaders.CONTENT_TYPE, List.of());
        if (!types.stream().allMatch(JsonContent::isJson) || types.size() > 1) {
            throw unsupported("its Content-Type is not application/json");
        }
    }

    private static ErrorResponseException unsupported(String detail) {
        return problem(
                HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                "unsupported-media-type",
                "The body's type is not supported",
                detail);
    }

    private static ErrorResponseException tooLarge() {
        return problem(
                HttpStatus.CONTENT_TOO_LARGE,
                "write-too-large",
                "The write is too large",
                "its body is longer than " + MAX_BODY_BYTES + " bytes");
    }

    private static ErrorResponseException overloaded() {
        ErrorResponseException refused = problem(
                HttpStatus.SERVICE_UNAVAILABLE,
                "overloaded",
                "The gateway holds as much as it may",
                "there is no room for this write at the moment");
        refused.getHeaders().set(HttpHeaders.RETRY_AFTER, "2");
        return refused;
    }

    private static ErrorResponseException problem(HttpStatus status, String name, String title, String detail) {
        return new ErrorResponseException(status, Problems.of(status, name, title, detail), null);
    }

    /** Bound by Spring Cloud Gateway, which needs a setter. */
    static final class Config {
        private String type = "";

        public void setType(String type) {
            this.type = type;
        }
    }
}
