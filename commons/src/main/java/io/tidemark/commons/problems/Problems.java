package io.tidemark.commons.problems;

import java.net.URI;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

/** Makes RFC 9457 problem documents with a stable type, {@code urn:tidemark:problem:<name>}. */
public final class Problems {
    private static final String TYPE_PREFIX = "urn:tidemark:problem:";

    private Problems() {}

    /**
     * A problem document.
     *
     * @param name the stable end of its type, in kebab case
     * @param title what kind of problem it is, the same for each of its type
     * @param detail what was wrong this time, and where
     */
    public static ProblemDetail of(HttpStatus status, String name, String title, String detail) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setType(type(name));
        problem.setTitle(title);
        return problem;
    }

    /** The type of the problems of this name. */
    public static URI type(String name) {
        return URI.create(TYPE_PREFIX + name);
    }
}
