package io.tidemark.gateway.session;

import io.tidemark.commons.problems.Problems;
import io.tidemark.commons.problems.Violation;
import io.tidemark.state.token.TokenFault;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

/** What is said to those who get nothing of a session. */
final class SessionProblems {
    /** Seconds after which what is out of reach may be back. */
    static final String RETRY_AFTER = "2";

    private SessionProblems() {}

    static ProblemDetail required() {
        return Problems.of(
                HttpStatus.UNAUTHORIZED,
                "session-required",
                "A session is required",
                "the request has no session's cookie, and no session's token as a bearer");
    }

    static ProblemDetail invalid(TokenFault fault) {
        ProblemDetail problem =
                Problems.of(HttpStatus.UNAUTHORIZED, "session-invalid", "The session is not valid", fault.meaning());
        problem.setProperty("reason", fault.label());
        return problem;
    }

    static ProblemDetail invalidToken() {
        return Problems.of(
                HttpStatus.UNAUTHORIZED,
                "invalid-token",
                "The token is not valid",
                "the bearer token is of no known issuer, or over, or its subject is not 1 to 200 visible characters of"
                        + " ASCII");
    }

    static ProblemDetail unavailable() {
        return Problems.of(
                HttpStatus.SERVICE_UNAVAILABLE,
                "state-unavailable",
                "The state is out of reach",
                "the store of this session's region does not answer; a write was done whole or not at all, and a read"
                        + " tells");
    }

    static ProblemDetail homeAway(String home) {
        return Problems.of(
                HttpStatus.SERVICE_UNAVAILABLE,
                "home-away",
                "The session's region is out of reach",
                "the session is kept in " + home + ", which does not answer from here");
    }

    static ProblemDetail homeUnknown(String home) {
        return Problems.of(
                HttpStatus.SERVICE_UNAVAILABLE,
                "home-unknown",
                "The session's region is not known here",
                "the session is kept in " + home + ", which tidemark.state.homes does not have");
    }

    static ProblemDetail off() {
        return Problems.of(
                HttpStatus.SERVICE_UNAVAILABLE,
                "sessions-off",
                "There are no sessions here",
                "the route needs a session, and tidemark.state.enabled is false");
    }

    static ProblemDetail noSuchName(int longest) {
        return Problems.of(
                HttpStatus.BAD_REQUEST,
                "invalid-entry-name",
                "The entry's name is not usable",
                "a name is 1 to " + longest + " of A-Z a-z 0-9 . _ ~ -");
    }

    static ProblemDetail noEntry() {
        return Problems.of(
                HttpStatus.NOT_FOUND,
                "no-such-entry",
                "There is no such entry",
                "the session has no entry of that name");
    }

    static ProblemDetail notFound() {
        return Problems.of(
                HttpStatus.NOT_FOUND, "not-found", "There is nothing here", "no part of a session has this path");
    }

    static ProblemDetail methodNotAllowed(String allowed) {
        return Problems.of(
                HttpStatus.METHOD_NOT_ALLOWED,
                "method-not-allowed",
                "This method is not for this part of a session",
                "it takes " + allowed);
    }

    static ProblemDetail preconditionRequired() {
        return Problems.of(
                HttpStatus.PRECONDITION_REQUIRED,
                "precondition-required",
                "The write must say what it replaces",
                "If-Match with the ETag that was read, or If-None-Match: * for a new entry, is missing");
    }

    static ProblemDetail preconditionMalformed() {
        return Problems.of(
                HttpStatus.BAD_REQUEST,
                "malformed-precondition",
                "The precondition cannot be read",
                "If-Match is * or a list of ETags in quotes; If-None-Match of a write is *");
    }

    static ProblemDetail preconditionFailed(@Nullable String etag) {
        return Problems.of(
                HttpStatus.PRECONDITION_FAILED,
                "precondition-failed",
                "The entry is not as expected",
                etag == null
                        ? "there is no such entry; nothing was written"
                        : "the entry has another version, which is in ETag; nothing was written");
    }

    static ProblemDetail tooLarge(long most) {
        return Problems.of(
                HttpStatus.CONTENT_TOO_LARGE,
                "entry-too-large",
                "The entry is too large",
                "an entry has at most " + most + " bytes");
    }

    static ProblemDetail tooMany(int most) {
        return Problems.of(
                HttpStatus.INSUFFICIENT_STORAGE,
                "too-many-entries",
                "The session has as many entries as it may",
                "a session has at most " + most + " entries; nothing was written");
    }

    static ProblemDetail fullOfCheckouts() {
        return Problems.of(
                HttpStatus.INSUFFICIENT_STORAGE,
                "too-many-entries",
                "The session has as many entries as it may",
                "a checkout is one of them; nothing was written");
    }

    static ProblemDetail notJson(String detail) {
        return Problems.of(
                HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                "unsupported-media-type",
                "The body's type is not supported",
                detail);
    }

    static ProblemDetail noCheckout() {
        return Problems.of(
                HttpStatus.NOT_FOUND,
                "no-such-checkout",
                "There is no such checkout",
                "the session has no checkout of that id, or no step is called so");
    }

    static ProblemDetail outOfOrder(String step, String next) {
        ProblemDetail problem = Problems.of(
                HttpStatus.CONFLICT,
                "step-out-of-order",
                "It is not this step's turn",
                step + " does not come now: " + next + " does; nothing was changed");
        problem.setProperty("next", next);
        return problem;
    }

    static ProblemDetail changedMeanwhile() {
        return Problems.of(
                HttpStatus.CONFLICT,
                "changed-meanwhile",
                "The checkout is being changed by others",
                "too many changed it at once; nothing was changed by this");
    }

    static ProblemDetail invalidStep(List<Violation> violations) {
        ProblemDetail problem = Problems.of(
                HttpStatus.UNPROCESSABLE_CONTENT,
                "invalid-step",
                "The step cannot take this",
                violations.size() == 1
                        ? violations.getFirst().detail()
                        : violations.size() + " violations; see errors");
        problem.setProperty(
                "errors",
                violations.stream()
                        .map(violation -> Map.of("pointer", "#" + violation.pointer(), "detail", violation.detail()))
                        .toList());
        return problem;
    }

    static ProblemDetail queueAway() {
        return Problems.of(
                HttpStatus.SERVICE_UNAVAILABLE,
                "write-queue-away",
                "The order could not be handed over",
                "the write queue does not answer; the checkout is locked, and confirming it again sends the same"
                        + " order");
    }

    static ProblemDetail orderWouldLeave() {
        return Problems.of(
                HttpStatus.UNAVAILABLE_FOR_LEGAL_REASONS,
                "residency-writes",
                "Orders of this region are not queued here",
                "an order would be kept in a region that is not known to be the session's home"
                        + " (tidemark.residency.write-queue); the checkout is as it was");
    }

    static ProblemDetail orderRefused(int status) {
        return Problems.of(
                HttpStatus.UNPROCESSABLE_CONTENT,
                "order-refused",
                "The order is not taken",
                "the write queue has answered " + status + "; the steps may be done again");
    }

    static ProblemDetail overloaded() {
        return Problems.of(
                HttpStatus.SERVICE_UNAVAILABLE,
                "overloaded",
                "The gateway holds as much as it may",
                "there is no room for this body at the moment");
    }

    static ProblemDetail loop(String home, String region) {
        return Problems.of(
                HttpStatus.LOOP_DETECTED,
                "home-elsewhere",
                "The session's region is another",
                "this gateway was asked as one of " + home + ", and it is of " + region);
    }
}
