package io.tidemark.gateway.cache;

/** What the cache knows of status codes. */
final class StatusCodes {
    private StatusCodes() {}

    /** Any final one, known or not, but those that say something of this request only. */
    static boolean isStorable(int status) {
        return status >= 200 && status <= 599 && status != 205 && status != 304 && status != 412 && status != 416;
    }

    /** Whether the code says something of the request's fields or content, which are no part of the key (RFC 9110 §15.5). */
    static boolean isAboutRequestFields(int status) {
        return switch (status) {
            case 406, 407, 411, 413, 415, 417, 421, 422, 425, 426, 428, 429, 431 -> true;
            default -> false;
        };
    }

    /** Whether the request as a whole may be the cause; the others are about its target. */
    static boolean isAboutRequest(int status) {
        return status >= 400
                && status < 500
                && switch (status) {
                    case 404, 405, 410, 414, 451 -> false;
                    default -> true;
                };
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
