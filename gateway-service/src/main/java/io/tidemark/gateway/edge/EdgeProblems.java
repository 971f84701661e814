package io.tidemark.gateway.edge;

import io.tidemark.commons.problems.Problems;
import io.tidemark.contracts.Position;
import io.tidemark.gateway.cache.CacheStatus;
import io.tidemark.gateway.http.Headers;
import io.tidemark.gateway.origin.OriginFailure;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** The gateway's own problem documents. */
public final class EdgeProblems {
    private final JsonMapper mapper;

    public EdgeProblems(JsonMapper mapper) {
        this.mapper = mapper;
    }

    /** 502, 503 or 504, naming the route. */
    EdgeAnswer originFailed(OriginFailure failure, String route, CacheStatus status) {
        OriginFailure.Reason reason = failure.reason();
        return answer(
                reason == OriginFailure.Reason.WITHHELD
                        ? withheld(failure.detail(), route)
                        : originFailed(reason, route),
                status.withDetail(reason.label()),
                CacheStatus.Summary.MISS,
                reason.isRefusal() ? "1" : null);
    }

    /** The same as a document. */
    public static ProblemDetail originFailed(OriginFailure.Reason reason, String route) {
        HttpStatus code = reason.isTimeout()
                ? HttpStatus.GATEWAY_TIMEOUT
                : reason.isRefusal() ? HttpStatus.SERVICE_UNAVAILABLE : HttpStatus.BAD_GATEWAY;
        String title = reason.isTimeout()
                ? "The origin did not answer in time"
                : reason.isRefusal() ? "The origin is not asked at the moment" : "The origin could not be reached";
        String type =
                reason.isTls() ? "origin-tls" : reason.isConnect() ? "origin-connect" : "origin-" + reason.label();
        ProblemDetail problem = Problems.of(code, type, title, "route " + route + ": " + reason.meaning());
        problem.setProperty("reason", reason.label());
        return problem;
    }

    /** 502, for what the route's rules could not be applied to. */
    private static ProblemDetail withheld(String reason, String route) {
        ProblemDetail problem = Problems.of(
                HttpStatus.BAD_GATEWAY,
                "redaction-withheld",
                "The origin's response cannot be redacted",
                "route " + route + ": nothing of a body is passed on that the rules for it cannot be applied to");
        problem.setProperty("reason", reason);
        return problem;
    }

    /** 504, RFC 9111 §5.2.1.7. */
    EdgeAnswer onlyIfCached() {
        return answer(
                Problems.of(
                        HttpStatus.GATEWAY_TIMEOUT,
                        "only-if-cached",
                        "Nothing stored can answer this",
                        "the request says only-if-cached, and no stored response can be used for it"),
                CacheStatus.forwarded(io.tidemark.gateway.cache.FwdReason.REQUEST),
                CacheStatus.Summary.MISS);
    }

    /** 503, for routes whose policy is to fail while cut off from the purge log. */
    EdgeAnswer cutOff(String route) {
        return answer(
                Problems.of(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "cut-off",
                        "Cut off from the purge log",
                        "route " + route + " answers only while its stored responses are known to be valid"),
                CacheStatus.forwarded(io.tidemark.gateway.cache.FwdReason.BYPASS),
                CacheStatus.Summary.BYPASS);
    }

    /** 508, RFC 5842 §7.2. */
    EdgeAnswer loop(String route) {
        return answer(
                Problems.of(
                        HttpStatus.LOOP_DETECTED,
                        "loop",
                        "The request goes round in a circle",
                        "route " + route + " leads back to this gateway: its name is in Via several times"),
                CacheStatus.forwarded(io.tidemark.gateway.cache.FwdReason.BYPASS),
                CacheStatus.Summary.BYPASS);
    }

    /** 400. */
    EdgeAnswer badReadAfter(String token) {
        return answer(
                Problems.of(
                        HttpStatus.BAD_REQUEST,
                        "bad-read-after",
                        "Edge-Read-After is no position",
                        "expected <epoch>:<offset>, as readAfter of a delivered write, not \""
                                + (token.length() > 100 ? token.substring(0, 100) + '…' : token) + '"'),
                CacheStatus.forwarded(io.tidemark.gateway.cache.FwdReason.REQUEST),
                CacheStatus.Summary.BYPASS);
    }

    /** 429, for a client whose writes purge more than it may. */
    EdgeAnswer tooManyWrites(String route) {
        return answer(
                Problems.of(
                        HttpStatus.TOO_MANY_REQUESTS,
                        "too-many-writes",
                        "Too many requests that make stored responses invalid",
                        "route " + route + ": nothing was sent; the limits are tidemark.client-purges"),
                CacheStatus.forwarded(io.tidemark.gateway.cache.FwdReason.METHOD),
                CacheStatus.Summary.BYPASS,
                "1");
    }

    /** 400, for a position that nobody was ever given. */
    EdgeAnswer readAfterBeyond(Position position, Position end) {
        return answer(
                Problems.of(
                        HttpStatus.BAD_REQUEST,
                        "read-after-beyond-end",
                        "Edge-Read-After is beyond the end of the purge log",
                        "there is no position " + position + ": the log ends at " + end),
                CacheStatus.forwarded(io.tidemark.gateway.cache.FwdReason.REQUEST),
                CacheStatus.Summary.BYPASS);
    }

    /** 503, where the log does not say whether there is such a position, and the origin was asked for another like it. */
    EdgeAnswer readAfterUnknown(String route) {
        return answer(
                Problems.of(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "read-after-unknown",
                        "The purge log cannot be asked for this position",
                        "route " + route
                                + ": the origin was asked for the same a moment ago, for another such request"),
                CacheStatus.forwarded(io.tidemark.gateway.cache.FwdReason.BYPASS),
                CacheStatus.Summary.BYPASS,
                "1");
    }

    private EdgeAnswer answer(ProblemDetail problem, CacheStatus status, CacheStatus.Summary summary) {
        return answer(problem, status, summary, null);
    }

    private EdgeAnswer answer(
            ProblemDetail problem, CacheStatus status, CacheStatus.Summary summary, @Nullable String retryAfter) {
        byte[] body = mapper.writeValueAsBytes(problem);
        Headers headers = Headers.of(
                "Content-Type", "application/problem+json",
                "Content-Length", Integer.toString(body.length),
                "Cache-Control", "no-store");
        return new EdgeAnswer(
                problem.getStatus(),
                retryAfter == null
                        ? headers
                        : headers.toBuilder().add("Retry-After", retryAfter).build(),
                Mono.just(DefaultDataBufferFactory.sharedInstance.wrap(body)),
                status,
                summary,
                null,
                false);
    }
}
