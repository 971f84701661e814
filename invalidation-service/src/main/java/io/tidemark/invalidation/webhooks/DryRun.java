package io.tidemark.invalidation.webhooks;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.Set;

/** The query parameter {@code dry-run}, alone or {@code =true}. */
final class DryRun {
    private static final Set<String> FORMS = Set.of("dry-run", "dry-run=", "dry-run=true");

    private DryRun() {}

    /** Looks at the query only: asking the request for a parameter would consume a body that claims to be a form. */
    static boolean isAsked(HttpServletRequest request) {
        String query = request.getQueryString();
        return query != null && Arrays.stream(query.split("&", -1)).anyMatch(FORMS::contains);
    }
}
