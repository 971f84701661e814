package io.tidemark.gateway.fill;

import io.netty.buffer.Unpooled;
import io.tidemark.gateway.http.Headers;
import io.tidemark.gateway.origin.OriginAnswer;
import io.tidemark.gateway.origin.OriginRequest;
import io.tidemark.gateway.origin.Origins;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** An origin that answers when it is told to. */
final class ScriptedOrigins implements Origins {
    final List<Sinks.One<OriginAnswer>> calls = new ArrayList<>();
    boolean answersAtOnce;

    @Override
    public Mono<OriginAnswer> call(OriginRequest request) {
        return Mono.defer(() -> {
            Sinks.One<OriginAnswer> answer = Sinks.one();
            calls.add(answer);
            if (answersAtOnce) {
                answer(calls.size() - 1, 200, "at once");
            }
            return answer.asMono();
        });
    }

    void answer(int call, int status, String body) {
        answer(call, status, body, "max-age=60");
    }

    void answer(int call, int status, String body, String cacheControl) {
        calls.get(call)
                .tryEmitValue(new OriginAnswer(
                        status,
                        Headers.of("Cache-Control", cacheControl, "Cache-Groups", "\"own\""),
                        CollapserScenarios.NOW,
                        CollapserScenarios.NOW,
                        Flux.just(Unpooled.copiedBuffer(body, StandardCharsets.UTF_8))));
    }

    @Override
    public Duration downFor(URI uri) {
        return Duration.ZERO;
    }
}
