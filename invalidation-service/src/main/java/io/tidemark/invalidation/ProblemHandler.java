package io.tidemark.invalidation;

import io.tidemark.commons.json.MalformedJsonException;
import io.tidemark.commons.problems.Problems;
import io.tidemark.commons.problems.Shown;
import io.tidemark.invalidation.log.NotPublishedException;
import io.tidemark.invalidation.webhooks.RefusedException;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** The one place where failures become RFC 9457 problem documents. */
@RestControllerAdvice
class ProblemHandler extends ResponseEntityExceptionHandler {
    private static final Logger log = LoggerFactory.getLogger(ProblemHandler.class);
    private static final Duration PURGE_LOG_RETRY = Duration.ofSeconds(2);

    @ExceptionHandler
    @Nullable
    ResponseEntity<Object> refused(RefusedException refused, WebRequest request) {
        return refused(refused, refused.problem(), refused.headers(), request);
    }

    @ExceptionHandler
    @Nullable
    ResponseEntity<Object> notPublished(NotPublishedException failure, WebRequest request) {
        String detail = String.valueOf(failure.getMessage());
        return refused(
                switch (failure) {
                    case NotPublishedException.OutOfReach _ ->
                        new RefusedException(
                                        HttpStatus.SERVICE_UNAVAILABLE,
                                        "purge-log-unavailable",
                                        "The purge log is out of reach",
                                        detail)
                                .retryAfter(PURGE_LOG_RETRY);
                    case NotPublishedException.TooLarge _ ->
                        new RefusedException(
                                HttpStatus.CONTENT_TOO_LARGE,
                                "purge-too-large",
                                "The purge is too large for the purge log",
                                detail);
                },
                request);
    }

    @ExceptionHandler
    @Nullable
    ResponseEntity<Object> malformed(MalformedJsonException malformed, WebRequest request) {
        return refused(malformed, malformed.problem(), new HttpHeaders(), request);
    }

    private @Nullable ResponseEntity<Object> refused(
            Exception refused, ProblemDetail problem, HttpHeaders headers, WebRequest request) {
        // a backend that is away is said once by whoever asks it, not for each request
        log.atLevel(problem.getStatus() >= HttpStatus.INTERNAL_SERVER_ERROR.value() ? Level.DEBUG : Level.INFO)
                .addKeyValue("status", problem.getStatus())
                .addKeyValue("type", problem.getType())
                .log("refused: {}", Shown.of(String.valueOf(refused.getMessage())));
        return super.handleExceptionInternal(
                refused, problem, headers, HttpStatus.valueOf(problem.getStatus()), request);
    }

    @ExceptionHandler
    @Nullable
    ResponseEntity<Object> unexpected(RuntimeException bug, WebRequest request) {
        log.error("a request failed", bug);
        ProblemDetail problem = Problems.of(
                HttpStatus.INTERNAL_SERVER_ERROR,
                "internal-error",
                "The request failed",
                "the service's log says why, under the X-Request-Id of this answer");
        return super.handleExceptionInternal(
                bug, problem, new HttpHeaders(), HttpStatus.INTERNAL_SERVER_ERROR, request);
    }

    /** Spring's own refusals (no such path, method not allowed …): their problem documents get a stable type too. */
    @Override
    protected @Nullable ResponseEntity<Object> handleExceptionInternal(
            Exception failure, @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        ResponseEntity<Object> response = super.handleExceptionInternal(failure, body, headers, status, request);
        if (response != null && response.getBody() instanceof ProblemDetail problem) {
            HttpStatus known = HttpStatus.resolve(status.value());
            String name = known == null
                    ? "http-" + status.value()
                    : known.name().toLowerCase(Locale.ROOT).replace('_', '-');
            problem.setType(Problems.type(name));
        }
        return response;
    }
}
