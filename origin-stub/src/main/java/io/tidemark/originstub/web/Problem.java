package io.tidemark.originstub.web;

import io.tidemark.commons.problems.Problems;
import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponseException;

/** A request that cannot be answered, as the problem document that says why. */
public final class Problem extends ErrorResponseException {
    private static final long serialVersionUID = 1L;

    public Problem(HttpStatus status, String name, String title, String detail) {
        super(status, Problems.of(status, name, title, detail), null);
    }

    public static Problem malformed(String detail) {
        return new Problem(HttpStatus.BAD_REQUEST, "malformed-request", "Malformed request", detail);
    }

    public static Problem full(long bytes) {
        return new Problem(
                HttpStatus.INSUFFICIENT_STORAGE,
                "stub-full",
                "The stub is full",
                "no more than stub.max-state-size = " + bytes + " bytes are kept");
    }
}
