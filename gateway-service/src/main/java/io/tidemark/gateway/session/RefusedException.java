package io.tidemark.gateway.session;

import org.jspecify.annotations.Nullable;
import org.springframework.http.ProblemDetail;

/** Nothing is done, and this is why. */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ProblemDetail problem;

    private final @Nullable String current;

    public RefusedException(ProblemDetail problem) {
        this(problem, null);
    }

    /** @param current the version that what was to be changed has */
    RefusedException(ProblemDetail problem, @Nullable String current) {
        super(problem.getDetail(), null, false, false);
        this.problem = problem;
        this.current = current;
    }

    @Nullable
    String current() {
        return current;
    }

    /** What is said. */
    public ProblemDetail problem() {
        return problem;
    }
}
