package io.tidemark.gateway.write;

import io.tidemark.commons.json.StrictJson;
import io.tidemark.commons.problems.Problems;
import io.tidemark.gateway.overload.Account;
import io.tidemark.gateway.overload.HeldBytes;
import io.tidemark.gateway.overload.HeldFor;
import java.util.List;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.stereotype.Component;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
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
    private static final MediaType ANY_JSON = MediaType.valueOf("application/*+json");

    /** As bytes, as a tree, as the write's bytes. */
    private static final int COPIES = 4;

    private final JsonMapper mapper;
    private final HeldBytes held;

    WriteBehindGatewayFilterFactory(JsonMapper mapper, HeldBytes held) {
        super(Config.class);
        this.held = held;
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
                    ? Mono.using(
                            () -> held.account(HeldFor.CONTENTS),
                            account -> body(exchange, account)
                                    .flatMap(body -> chain.filter(queued(exchange, config.type, body))),
                            Account::close)
                    : chain.filter(exchange);
        };
    }

    private static Mono<byte[]> body(ServerWebExchange exchange, Account account) {
        Flux<DataBuffer> content = exchange.getRequest().getBody().handle((buffer, sink) -> {
            if (account.tryHold((long) COPIES * buffer.readableByteCount())) {
                sink.next(buffer);
            } else {
                DataBufferUtils.release(buffer);
                sink.error(overloaded());
            }
        });
        return DataBufferUtils.join(content, MAX_BODY_BYTES)
                .map(buffer -> {
                    byte[] bytes = new byte[buffer.readableByteCount()];
                    buffer.read(bytes);
                    DataBufferUtils.release(buffer);
                    return bytes;
                })
                .defaultIfEmpty(new byte[0])
                .onErrorMap(
                        DataBufferLimitException.class,
                        _ -> problem(
                                HttpStatus.CONTENT_TOO_LARGE,
                                "write-too-large",
                                "The write is too large",
                                "its body is longer than " + MAX_BODY_BYTES + " bytes"));
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
        if (!encodings.stream().allMatch(encoding -> encoding.strip().equalsIgnoreCase("identity"))) {
            throw unsupported("its Content-Encoding is not understood");
        }
        List<String> types = fields.getOrDefault(HttpHeaders.CONTENT_TYPE, List.of());
        if (!types.stream().allMatch(WriteBehindGatewayFilterFactory::isJson) || types.size() > 1) {
            throw unsupported("its Content-Type is not application/json");
        }
    }

    private static boolean isJson(String type) {
        try {
            MediaType media = MediaType.parseMediaType(type);
            return MediaType.APPLICATION_JSON.isCompatibleWith(media) || ANY_JSON.isCompatibleWith(media);
        } catch (InvalidMediaTypeException none) {
            return false;
        }
    }

    private static ErrorResponseException unsupported(String detail) {
        return problem(
                HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                "unsupported-media-type",
                "The body's type is not supported",
                detail);
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
