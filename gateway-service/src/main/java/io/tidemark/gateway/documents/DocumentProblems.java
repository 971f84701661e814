package io.tidemark.gateway.documents;

import io.tidemark.commons.problems.Problems;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

/** What is said to those who get nothing of a document. */
final class DocumentProblems {
    private DocumentProblems() {}

    static ProblemDetail name() {
        return Problems.of(
                HttpStatus.BAD_REQUEST,
                "document-name",
                "There can be no document of this name",
                "a name is 1 to 128 letters and digits of ASCII, - and _");
    }

    static ProblemDetail upgrade() {
        return Problems.of(
                HttpStatus.UPGRADE_REQUIRED,
                "websocket-required",
                "A WebSocket is required",
                "documents are edited over a WebSocket in the dialect of y-websocket or Hocuspocus");
    }

    static ProblemDetail http2() {
        return Problems.of(
                HttpStatus.BAD_REQUEST,
                "websocket-over-http2",
                "A WebSocket is to be had over HTTP/1.1 only",
                "extended CONNECT (RFC 8441) is not offered: connect anew, with HTTP/1.1");
    }

    static ProblemDetail origin() {
        return Problems.of(
                HttpStatus.FORBIDDEN,
                "document-origin",
                "The page may not connect",
                "the request's Origin is neither this host nor one of tidemark.documents.origins");
    }

    static ProblemDetail user() {
        return Problems.of(
                HttpStatus.FORBIDDEN,
                "document-user",
                "Only users may have documents",
                "the request's session belongs to no user, and it has no user's token");
    }

    static ProblemDetail notAllowed() {
        return Problems.of(
                HttpStatus.FORBIDDEN,
                "document-eraser",
                "The document may not be erased by this user",
                "only users named by tidemark.documents.erasers may, and erasing is for good");
    }

    static ProblemDetail notFound() {
        return Problems.of(
                HttpStatus.NOT_FOUND, "document-not-found", "There is no such document", "nobody edited it yet");
    }

    /** @param receipt of its erasure */
    static ProblemDetail erased(Map<String, Object> receipt) {
        ProblemDetail problem = Problems.of(
                HttpStatus.GONE, "document-erased", "The document was erased", "there will be none of this name again");
        receipt.forEach((name, value) -> {
            if (!name.equals("status")) { // which a problem has already
                problem.setProperty(name, value);
            }
        });
        return problem;
    }

    static ProblemDetail unavailable() {
        return Problems.of(
                HttpStatus.SERVICE_UNAVAILABLE,
                "document-unavailable",
                "The document is out of reach",
                "the region's Redis does not answer; what was asked for was done whole or not at all");
    }

    static ProblemDetail method() {
        return Problems.of(
                HttpStatus.METHOD_NOT_ALLOWED,
                "method-not-allowed",
                "The method is not allowed",
                "allowed are GET, DELETE");
    }
}
