package io.tidemark.gateway.session;

import io.tidemark.commons.json.MalformedJsonException;
import io.tidemark.commons.json.StrictJson;
import io.tidemark.gateway.overload.Account;
import io.tidemark.gateway.overload.HeldBytes;
import io.tidemark.gateway.overload.HeldFor;
import java.util.List;
import java.util.function.Function;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The contents of requests, as far as they may be so long, against the budget of what is held for clients. */
final class Contents {
    private static final MediaType ANY_JSON = MediaType.valueOf("application/*+json");

    /** As bytes, as what is read of them, sealed. */
    private static final int COPIES = 4;

    private final HeldBytes held;
    private final int most;

    Contents(HeldBytes held, int most) {
        this.held = held;
        this.most = most;
    }

    /** Does something with the content, which is held as long. Fails with {@link RefusedException} if it is too long. */
    Mono<Void> with(ServerWebExchange exchange, Function<byte[], Mono<Void>> use) {
        ServerHttpRequest request = exchange.getRequest();
        if (request.getHeaders().getContentLength() > most) {
            return Mono.error(tooLarge());
        }
        return Mono.using(
                () -> held.account(HeldFor.CONTENTS),
                account -> read(request, account).flatMap(use),
                Account::close);
    }

    private Mono<byte[]> read(ServerHttpRequest request, Account account) {
        Flux<DataBuffer> content = request.getBody().handle((buffer, sink) -> {
            if (account.tryHold((long) COPIES * buffer.readableByteCount())) {
                sink.next(buffer);
            } else {
                DataBufferUtils.release(buffer);
                sink.error(new RefusedException(SessionProblems.overloaded()));
            }
        });
        return DataBufferUtils.join(content, most)
                .map(buffer -> {
                    byte[] bytes = new byte[buffer.readableByteCount()];
                    buffer.read(bytes);
                    DataBufferUtils.release(buffer);
                    return bytes;
                })
                .defaultIfEmpty(new byte[0])
                .onErrorMap(DataBufferLimitException.class, _ -> tooLarge());
    }

    private RefusedException tooLarge() {
        return new RefusedException(SessionProblems.tooLarge(most));
    }

    /** Refuses what is not said to be JSON, or is none as {@link StrictJson} reads it. */
    static byte[] requireJson(ServerHttpRequest request, byte[] content) {
        HttpHeaders fields = request.getHeaders();
        List<String> encodings = fields.getOrDefault(HttpHeaders.CONTENT_ENCODING, List.of());
        if (!encodings.stream().allMatch(encoding -> encoding.strip().equalsIgnoreCase("identity"))) {
            throw new RefusedException(SessionProblems.notJson("its Content-Encoding is not understood"));
        }
        List<String> types = fields.getOrDefault(HttpHeaders.CONTENT_TYPE, List.of());
        if (types.size() != 1 || !isJson(types.getFirst())) {
            throw new RefusedException(SessionProblems.notJson("its Content-Type is not application/json"));
        }
        try {
            var _ = StrictJson.read(content);
            return content;
        } catch (MalformedJsonException malformed) {
            throw new RefusedException(malformed.problem());
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
}
