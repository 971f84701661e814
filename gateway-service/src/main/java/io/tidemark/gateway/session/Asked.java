package io.tidemark.gateway.session;

import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/** Calls to the region's store of sessions, which fail as clients are told. */
final class Asked {
    private Asked() {}

    static <T> Mono<T> of(Supplier<CompletionStage<T>> call) {
        return Mono.fromCompletionStage(call)
                .onErrorMap(failure -> refusal(failure) instanceof RefusedException refused
                        ? refused
                        : new RefusedException(SessionProblems.unavailable()));
    }

    /** What was refused between two calls comes as their failure. */
    private static Throwable refusal(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
