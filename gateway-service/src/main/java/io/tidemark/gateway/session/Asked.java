package io.tidemark.gateway.session;

import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/** Calls to the region's store of sessions, which fail as clients are told. */
final class Asked {
    private Asked() {}

    static <T> Mono<T> of(Supplier<CompletionStage<T>> call) {
        return Mono.fromCompletionStage(call).onErrorMap(_ -> new RefusedException(SessionProblems.unavailable()));
    }
}
