package io.tidemark.gateway.cache;

/** What the cache knows of status codes. */
final class StatusCodes {
    private StatusCodes() {}

    /** Any final one, known or not, but those that say something of this request only. */
    static boolean isStorable(int status) {
        return status >= 200 && status <= 599 && status != 205 && status != 304 && status != 412 && status != 416;
    }

    /** Which may live by a heuristic (RFC 9110 §15.1). */
    static boolean isHeuristicallyCacheable(int status) {
        return switch (status) {
            case 200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501 -> true;
            default -> false;
        };
    }

    /** Whether the cache knows the code's caching rules, which must-understand asks for (RFC 9111 §5.2.2.3). */
    static boolean isUnderstood(int status) {
        return isHeuristicallyCacheable(status)
                || switch (status) {
                    case 302, 303, 307, 400, 401, 403, 500, 502, 503, 504 -> true;
                    default -> false;
                };
    }

    /** What counts as an error of the origin (RFC 5861 §4). */
    static boolean isOriginError(int status) {
        return status == 500 || status == 502 || status == 503 || status == 504;
    }
}
