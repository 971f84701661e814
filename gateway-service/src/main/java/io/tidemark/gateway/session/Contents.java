package io.tidemark.gateway.session;

import io.tidemark.commons.json.JsonContent;
import io.tidemark.commons.json.MalformedJsonException;
import io.tidemark.commons.json.StrictJson;
import io.tidemark.gateway.overload.HeldBytes;
import io.tidemark.gateway.overload.HeldContents;
import java.util.List;
import java.util.function.Function;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The contents of requests, as far as they may be so long, against the budget of what is held for clients. */
final class Contents {
    private final HeldContents contents;

    Contents(HeldBytes held, int most) {
        this.contents = new HeldContents(
                held,
                most,
                () -> new RefusedException(SessionProblems.tooLarge(most)),
                () -> new RefusedException(SessionProblems.overloaded()));
    }

    /** Does something with the content, which is held as long. Fails with {@link RefusedException} if it is too long. */
    Mono<Void> with(ServerWebExchange exchange, Function<byte[], Mono<Void>> use) {
        return contents.with(exchange.getRequest(), use);
    }

    /** Refuses what is not said to be JSON, or is none as {@link StrictJson} reads it. */
    static byte[] requireJson(ServerHttpRequest request, byte[] content) {
        HttpHeaders fields = request.getHeaders();
        List<String> encodings = fields.getOrDefault(HttpHeaders.CONTENT_ENCODING, List.of());
        if (!JsonContent.isPlain(encodings)) {
            throw new RefusedException(SessionProblems.notJson("its Content-Encoding is not understood"));
        }
        List<String> types = fields.getOrDefault(HttpHeaders.CONTENT_TYPE, List.of());
        if (types.size() != 1 || !JsonContent.isJson(types.getFirst())) {
            throw new RefusedException(SessionProblems.notJson("its Content-Type is not application/json"));
        }
        try {
            var _ = StrictJson.read(content);
            return content;
        } catch (MalformedJsonException malformed) {
            throw new RefusedException(malformed.problem());
        }
    }
}
