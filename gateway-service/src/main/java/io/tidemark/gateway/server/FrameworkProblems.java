package io.tidemark.gateway.server;

import io.tidemark.commons.json.MalformedJsonException;
import io.tidemark.commons.problems.Problems;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.reactive.result.method.annotation.ResponseEntityExceptionHandler;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Makes problems of what filters and Spring refuse (no such path, no WebSocket, a parameter that is missing), each with a stable
 * type: the filter's own, or one that is named as the status is. On the management port, too.
 */
@ControllerAdvice
final class FrameworkProblems extends ResponseEntityExceptionHandler {
    private static final URI UNNAMED = URI.create("about:blank");

    @ExceptionHandler
    Mono<ResponseEntity<Object>> malformed(MalformedJsonException malformed, ServerWebExchange exchange) {
        return handleExceptionInternal(
                malformed, malformed.problem(), new HttpHeaders(), HttpStatus.BAD_REQUEST, exchange);
    }

    @Override
    protected Mono<ResponseEntity<Object>> createResponseEntity(
            @Nullable Object body, @Nullable HttpHeaders headers, HttpStatusCode status, ServerWebExchange exchange) {
        if (body instanceof ProblemDetail problem
                && (problem.getType() == null || problem.getType().equals(UNNAMED))) {
            HttpStatus known = HttpStatus.resolve(status.value());
            problem.setType(Problems.type(
                    known == null
                            ? "http-" + status.value()
                            : known.name().toLowerCase(Locale.ROOT).replace('_', '-')));
        }
        return super.createResponseEntity(body, headers, status, exchange);
    }
}
