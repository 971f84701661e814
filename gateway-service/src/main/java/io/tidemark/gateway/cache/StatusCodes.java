package io.tidemark.gateway.cache;

/** What the cache knows of status codes. */
final class StatusCodes {
    private StatusCodes() {}

    /** RFC 9110 §15.1, without 206. */
    static boolean isHeuristicallyCacheable(int status) {
        return switch (status) {
            case 200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501 -> true;
            default -> false;
        };
    }

    /** Whether the cache knows the code's caching rules, which must-understand asks for (RFC 9111 §5.2.2.3). */
    static boolean isUnderstood(int status) {
        return isHeuristicallyCacheable(status)
                || switch (status) {
                    case 206, 302, 303, 307, 400, 401, 403, 500, 502, 503, 504 -> true;
                    default -> false;
                };
    }

    /** RFC 5861 §4: what counts as an error of the origin. */
    static boolean isOriginError(int status) {
        return status == 500 || status == 502 || status == 503 || status == 504;
    }
}
