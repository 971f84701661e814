package io.tidemark.gateway.server;

import io.tidemark.commons.problems.Problems;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

/** A request that asks for nothing that there could be, or for what can be read in two ways: the client's fault. */
final class InvalidRequestException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient ProblemDetail problem;

    private InvalidRequestException(HttpStatus status, String type, String title, String detail) {
        super(detail, null, false, false);
        this.problem = Problems.of(status, type, title, detail);
    }

    static InvalidRequestException target(String detail) {
        return new InvalidRequestException(
                HttpStatus.BAD_REQUEST, "request-target", "The request target is invalid", detail);
    }

    static InvalidRequestException targetTooLong(int octets, int limit) {
        return new InvalidRequestException(
                HttpStatus.URI_TOO_LONG,
                "request-target",
                "The request target is too long",
                "it has " + octets + " octets; server.netty.max-initial-line-length is " + limit);
    }

    static InvalidRequestException tooManyFields(int fields, int limit) {
        return new InvalidRequestException(
                HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                "request-head",
                "The request has too many fields",
                "it has " + fields + "; tidemark.requests.max-fields is " + limit);
    }

    static InvalidRequestException host(String detail) {
        return new InvalidRequestException(
                HttpStatus.BAD_REQUEST, "host", "Host is missing, repeated or invalid", detail);
    }

    static InvalidRequestException notServed(String host) {
        return new InvalidRequestException(
                HttpStatus.MISDIRECTED_REQUEST, "host-not-served", "This host is not served here", host);
    }

    ProblemDetail problem() {
        return problem;
    }
}
