package io.tidemark.originstub.web;

import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** Every error as an RFC 9457 problem document with a type, those that the framework finds included. */
@RestControllerAdvice
final class ProblemAdvice extends ResponseEntityExceptionHandler {
    private static final URI NO_TYPE = URI.create("about:blank");

    @Override
    protected ResponseEntity<Object> createResponseEntity(
            @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        URI type = body instanceof ProblemDetail problem ? problem.getType() : null;
        if (body instanceof ProblemDetail problem && (type == null || type.equals(NO_TYPE))) {
            HttpStatus known = HttpStatus.resolve(status.value());
            String name =
                    known == null ? "http-" + status.value() : known.name().toLowerCase(Locale.ROOT);
            problem.setType(URI.create("urn:tidemark:problem:" + name.replace('_', '-')));
        }
        return super.createResponseEntity(body, headers, status, request);
    }
}
