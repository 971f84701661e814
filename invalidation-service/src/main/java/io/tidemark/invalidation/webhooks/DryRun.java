package io.tidemark.invalidation.webhooks;

import io.tidemark.commons.json.Members;
import io.tidemark.commons.problems.Shown;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** The query parameter {@code dry-run}, alone or {@code =true}. */
final class DryRun {
    private static final String NAME = "dry-run";
    private static final Members PARAMETERS = Members.of("the query (a dry run is asked for by ?dry-run)", NAME);

    private DryRun() {}

    /** @throws RefusedException 400 for any other query: what was meant as a dry run would purge */
    static boolean isAsked(HttpServletRequest request) {
        return isAsked(request.getQueryString());
    }

    static boolean isAsked(@Nullable String query) {
        return Query.of(query, PARAMETERS)
                .value(NAME)
                .map(value -> switch (value) {
                    case "", "true" -> true;
                    case "false" -> false;
                    default ->
                        throw invalid("\"" + Shown.of(value)
                                + "\" is not understood; a dry run is asked for by ?dry-run or ?dry-run=true");
                })
                .orElse(false);
    }

    static RefusedException invalid(String detail) {
        return new RefusedException(HttpStatus.BAD_REQUEST, "invalid-dry-run", "The dry run is not valid", detail);
    }
}
