package io.tidemark.gateway.server;

import org.jspecify.annotations.Nullable;

/**
 * What a request asks for, twice: the octets as they came, which are the cache's key and what the origin gets, and the
 * canonical path and query, which routes and their predicates see. All spellings that an origin may take for one path have
 * one canonical path (RFC 3986 §6.2.2): unreserved octets decoded, escapes in upper case, dot segments resolved, empty
 * segments merged. What a URI may not have and browsers send all the same ({@code { } | ^ " ` \}, a bare %) is escaped
 * there.
 *
 * @param path as it came, starting with a slash
 * @param query as it came, null if there was no question mark
 * @param canonicalPath the path for routes
 * @param canonicalQuery the query for routes: the parameters that have a name, octets escaped where a URI needs it
 */
public record RequestTarget(
        String path,
        @Nullable String query,
        String canonicalPath,
        @Nullable String canonicalQuery) {

    /** Path and query as they came. */
    public String text() {
        return query == null ? path : path + '?' + query;
    }

    /** Path and query for routes. */
    String canonicalText() {
        return canonicalQuery == null ? canonicalPath : canonicalPath + '?' + canonicalQuery;
    }

    /**
     * Reads path and query, in origin form (RFC 9112 §3.2.1).
     *
     * @param passesAmbiguous whether paths that can be read in two ways pass
     * @throws InvalidRequestException where it is none, or where it can be read in two ways
     */
    static RequestTarget parse(String target, boolean passesAmbiguous) throws InvalidRequestException {
        if (target.isEmpty() || target.charAt(0) != '/') {
            throw InvalidRequestException.target("the request target starts with no slash");
        }
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= ' ' || c >= 0x7F || c == '#') {
                throw InvalidRequestException.target(
                        "octet %d of the request target is 0x%02X; it must be escaped as %%%02X"
                                .formatted(i + 1, (int) c, (int) c));
            }
        }
        int question = target.indexOf('?');
        String path = question < 0 ? target : target.substring(0, question);
        String query = question < 0 ? null : target.substring(question + 1);
        return new RequestTarget(
                path,
                query,
                CanonicalPath.isCanonical(path)
                        ? path
                        : passesAmbiguous
                                ? CanonicalPath.of(path).text()
                                : CanonicalPath.of(path).unambiguous().text(),
                query == null ? null : CanonicalQuery.of(query));
    }

    /**
     * The path for the origin, where the route's filters have made another one of the canonical path: what they left of its
     * end goes as it came, so that {@code StripPrefix} strips and does no more.
     *
     * @param rewritten of {@link #canonicalPath}
     */
    public String pathAsRewritten(String rewritten) {
        return rewritten.equals(canonicalPath)
                ? path
                : path.equals(canonicalPath)
                        ? rewritten
                        : CanonicalPath.of(path).restoreIn(rewritten);
    }

    /**
     * The query for the origin, where the route's filters may have made another one of the canonical query: what they only
     * added to goes as it came.
     *
     * @param rewritten of {@link #canonicalQuery}
     * @param sent what is to be sent of the query that came
     */
    public @Nullable String queryAsRewritten(@Nullable String rewritten, @Nullable String sent) {
        if (canonicalQuery == null || canonicalQuery.isEmpty()) {
            return rewritten == null || rewritten.isEmpty() ? sent : rewritten;
        }
        if (canonicalQuery.equals(rewritten)) {
            return sent;
        }
        if (rewritten == null || !rewritten.startsWith(canonicalQuery + '&')) {
            return rewritten;
        }
        String addition = rewritten.substring(canonicalQuery.length() + 1);
        return sent == null ? addition : sent + '&' + addition;
    }
}
