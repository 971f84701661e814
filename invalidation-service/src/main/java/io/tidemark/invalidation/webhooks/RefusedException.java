package io.tidemark.invalidation.webhooks;

import io.tidemark.commons.problems.Problems;
import io.tidemark.commons.problems.Violation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

/** A request that is not acted upon: nothing was published. Carries the problem document that says why. */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ProblemDetail problem;
    private final transient HttpHeaders headers = new HttpHeaders();

    public RefusedException(HttpStatus status, String name, String title, String detail) {
        super(detail);
        this.problem = Problems.of(status, name, title, detail);
    }

    /** With one more member in the problem document. */
    RefusedException with(String member, Object value) {
        problem.setProperty(member, value);
        return this;
    }

    /** With a Retry-After field, of at least one second. */
    public RefusedException retryAfter(Duration delay) {
        headers.set(HttpHeaders.RETRY_AFTER, Long.toString(Math.max(1, delay.toSeconds())));
        return this;
    }

    /** The connection is closed after the answer. */
    RefusedException closing() {
        headers.set(HttpHeaders.CONNECTION, "close");
        return this;
    }

    /** With the scheme by which the request might be let in (RFC 9110 section 11.6.1). */
    public RefusedException challenge(String scheme, String realm) {
        headers.set(HttpHeaders.WWW_AUTHENTICATE, scheme + " realm=\"" + realm + '"');
        return this;
    }

    public ProblemDetail problem() {
        return problem;
    }

    public HttpHeaders headers() {
        return headers;
    }

    static RefusedException badBody(String name, String title, List<Violation> violations) {
        Violation first = violations.getFirst();
        String more = violations.size() > 1 ? " (and " + (violations.size() - 1) + " more)" : "";
        String at = first.pointer().isEmpty() ? "" : " at " + first.pointer();
        return new RefusedException(HttpStatus.BAD_REQUEST, name, title, first.detail() + at + more)
                .with("errors", errors(violations));
    }

    static List<Map<String, String>> errors(List<Violation> violations) {
        return violations.stream()
                .map(v -> Map.of("pointer", "#" + v.pointer(), "detail", v.detail()))
                .toList();
    }
}
