package io.tidemark.writequeue.requests;

import io.tidemark.commons.problems.Problems;
import io.tidemark.commons.problems.Violation;
import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/** Refusals as RFC 9457 problems, to be thrown. */
public final class Refusal {
    private Refusal() {}

    public static ErrorResponseException of(HttpStatus status, String name, String title, String detail) {
        return new ErrorResponseException(status, Problems.of(status, name, title, detail), null);
    }

    /** One that says when to come back, in seconds. */
    public static ErrorResponseException of(
            HttpStatus status, String name, String title, String detail, int retryAfterSeconds) {
        var refusal = of(status, name, title, detail);
        refusal.getHeaders().set(HttpHeaders.RETRY_AFTER, Integer.toString(retryAfterSeconds));
        return refusal;
    }

    /** A 400 with a member {@code errors}: each place and what is wrong with it. */
    public static ErrorResponseException invalid(String name, String title, List<Violation> violations) {
        ProblemDetail problem = Problems.of(
                HttpStatus.BAD_REQUEST,
                name,
                title,
                violations.size() == 1
                        ? violations.getFirst().detail()
                        : violations.size() + " violations; see errors");
        problem.setProperty("errors", violations);
        return new ErrorResponseException(HttpStatus.BAD_REQUEST, problem, null);
    }

    public static ErrorResponseException tooLarge(String what, long limit) {
        return of(
                HttpStatus.CONTENT_TOO_LARGE,
                "body-too-large",
                "The body is too large",
                what + " may have " + limit + " bytes");
    }
}
