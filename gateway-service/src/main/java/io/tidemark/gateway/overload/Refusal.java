package io.tidemark.gateway.overload;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.tidemark.commons.problems.Problems;
import java.nio.charset.StandardCharsets;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.json.ProblemDetailJacksonMixin;
import tools.jackson.databind.json.JsonMapper;

/**
 * The last answer on a connection, in HTTP/1.1: a problem, made where no request has got as far as the gateway's filters. Those
 * for want of room say when to come again.
 */
public enum Refusal {
    /** More requests were sent at once than wait. */
    TOO_MANY_PIPELINED(
            HttpStatus.SERVICE_UNAVAILABLE,
            "too-many-pipelined",
            "Too many requests at once on one connection",
            "the requests before this one were answered; send fewer before you read their answers"),
    /** There are too many connections, of all clients or of this one. */
    TOO_MANY_CONNECTIONS(
            HttpStatus.SERVICE_UNAVAILABLE,
            "too-many-connections",
            "Too many connections",
            "this gateway takes no more connections, or no more of this client's"),
    /** The budget has no room for what has come of a head. */
    OVERLOADED(
            HttpStatus.SERVICE_UNAVAILABLE,
            "overloaded",
            "The gateway holds as much as it may",
            "there is no room for this request at the moment"),
    /** RFC 9110 §15.5.9: the head did not come in time. */
    HEAD_TOO_SLOW(
            HttpStatus.REQUEST_TIMEOUT,
            "request-head-timeout",
            "The request's head did not come in time",
            "what has come of it is dropped");

    private static final int RETRY_SECONDS = 2;

    private final HttpStatus status;
    private final String body; // of ASCII

    Refusal(HttpStatus status, String name, String title, String detail) {
        this.status = status;
        this.body = JsonMapper.builder()
                .addMixIn(ProblemDetail.class, ProblemDetailJacksonMixin.class)
                .build()
                .writeValueAsString(Problems.of(status, name, title, detail));
    }

    /** For a connection's codec, to be written once. */
    public FullHttpResponse response() {
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(status.value()),
                Unpooled.copiedBuffer(body, StandardCharsets.US_ASCII));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, MediaType.APPLICATION_PROBLEM_JSON_VALUE)
                .set(HttpHeaderNames.CONTENT_LENGTH, body.length())
                .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        if (status == HttpStatus.SERVICE_UNAVAILABLE) {
            response.headers().set(HttpHeaderNames.RETRY_AFTER, RETRY_SECONDS);
        }
        return response;
    }

    /** For the bare connection, to be written once. */
    ByteBuf encoded() {
        StringBuilder head = new StringBuilder(256)
                .append("HTTP/1.1 ")
                .append(status.value())
                .append(' ')
                .append(status.getReasonPhrase())
                .append("\r\n");
        response()
                .headers()
                .forEach(field -> head.append(field.getKey())
                        .append(": ")
                        .append(field.getValue())
                        .append("\r\n"));
        return Unpooled.copiedBuffer(head.append("\r\n").append(body), StandardCharsets.US_ASCII);
    }
}
