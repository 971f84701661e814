package io.tidemark.commons.json;

import io.tidemark.commons.problems.Problems;
import io.tidemark.commons.problems.Shown;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

/** A body that is not JSON, or JSON beyond the limits of {@link StrictJson}. The same body is refused again. */
public final class MalformedJsonException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String pointer;
    private final String what;

    MalformedJsonException(String pointer, String what, int line, int column) {
        super(what + (line > 0 ? ", at line " + line + ", column " + column : ""));
        this.pointer = Shown.of(pointer);
        this.what = what;
    }

    /** Where reading stopped, as a JSON pointer (RFC 6901), shortened if it is very long; empty for the whole body. */
    public String pointer() {
        return pointer;
    }

    /** The 400 that says so, of type {@code malformed-json}. */
    public ProblemDetail problem() {
        ProblemDetail problem = Problems.of(
                HttpStatus.BAD_REQUEST, "malformed-json", "The body cannot be read", String.valueOf(getMessage()));
        problem.setProperty("errors", List.of(Map.of("pointer", "#" + pointer, "detail", what)));
        return problem;
    }
}
