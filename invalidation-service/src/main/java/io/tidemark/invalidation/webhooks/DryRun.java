package io.tidemark.invalidation.webhooks;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import java.util.Set;
import org.springframework.http.HttpStatus;

/** The query parameter {@code dry-run}, alone or {@code =true}. */
final class DryRun {
    private static final Set<String> ASKED = Set.of("dry-run", "dry-run=", "dry-run=true");
    private static final String NOT_ASKED = "dry-run=false";

    private DryRun() {}

    /**
     * Looks at the query only: asking the request for a parameter would consume a body that claims to be a form.
     *
     * @throws RefusedException 400 for what was meant as a dry run and is spelt otherwise: it would purge
     */
    static boolean isAsked(HttpServletRequest request) {
        String query = request.getQueryString();
        return query != null && isAsked(query);
    }

    static boolean isAsked(String query) {
        boolean asked = false;
        for (String parameter : query.split("&", -1)) {
            if (ASKED.contains(parameter)) {
                asked = true;
            } else if (isMeant(parameter) && !parameter.equals(NOT_ASKED)) {
                throw new RefusedException(
                        HttpStatus.BAD_REQUEST,
                        "invalid-dry-run",
                        "The dry run is not valid",
                        "\"" + parameter + "\" is not understood; a dry run is asked for by ?dry-run or ?dry-run=true");
            }
        }
        return asked;
    }

    private static boolean isMeant(String parameter) {
        String name = parameter.split("=", 2)[0];
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "").equals("dryrun");
    }
}
