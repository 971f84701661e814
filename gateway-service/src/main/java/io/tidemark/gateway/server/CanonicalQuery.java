package io.tidemark.gateway.server;

/** The query as routes see it. */
final class CanonicalQuery {
    private CanonicalQuery() {}

    /**
     * The parameters that have a name, each octet that a parameter may not have escaped: what Spring's URI classes leave as it
     * is, whether they read it or build it anew.
     */
    static String of(String query) {
        if (isCanonical(query)) {
            return query;
        }
        StringBuilder canonical = new StringBuilder(query.length() + 16);
        for (String parameter : query.split("&", -1)) {
            if (!parameter.isEmpty() && parameter.charAt(0) != '=') {
                if (!canonical.isEmpty()) {
                    canonical.append('&');
                }
                add(parameter, canonical);
            }
        }
        return canonical.toString();
    }

    private static void add(String parameter, StringBuilder to) {
        int equals = parameter.indexOf('=');
        for (int i = 0; i < parameter.length(); i++) {
            char c = parameter.charAt(i);
            boolean kept = c == '=' ? i == equals : c == '%' ? Octets.isEscape(parameter, i) : Octets.isOfQuery(c);
            if (kept) {
                to.append(c);
            } else {
                Octets.escape(to, c);
            }
        }
    }

    /** Whether it is so for sure: a cheap look. */
    private static boolean isCanonical(String query) {
        char before = '&';
        boolean inValue = false;
        for (int i = 0; i < query.length(); i++) {
            char c = query.charAt(i);
            if (c == '&' || c == '=') {
                if (before == '&' || (c == '=' && inValue)) {
                    return false;
                }
                inValue = c == '=';
            } else if (!Octets.isOfQuery(c)) {
                return false;
            }
            before = c;
        }
        return before != '&' || query.isEmpty();
    }
}
