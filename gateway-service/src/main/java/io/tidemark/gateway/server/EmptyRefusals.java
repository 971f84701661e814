package io.tidemark.gateway.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.tidemark.commons.problems.Problems;
import io.tidemark.commons.requests.RequestId;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes each answer of one HTTP/1.1 connection that refuses a request and has no content a problem (RFC 9457): libraries
 * refuse with a bare status what they cannot read. The codec leaves the content out again where the request was a HEAD.
 */
public final class EmptyRefusals extends ChannelOutboundHandlerAdapter {
    private final JsonMapper mapper;
    private final @Nullable String type;
    private final String detail;

    /**
     * Of one connection.
     *
     * @param type what problems are called; null: as their status is
     * @param detail what is wrong with requests that are refused so
     */
    public EmptyRefusals(JsonMapper mapper, @Nullable String type, String detail) {
        this.mapper = mapper;
        this.type = type;
        this.detail = detail;
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        var _ = context.write(
                message instanceof FullHttpResponse answer && isEmptyRefusal(answer) ? explained(answer) : message,
                promise);
    }

    private static boolean isEmptyRefusal(FullHttpResponse answer) {
        return answer.status().code() >= 400 && !answer.content().isReadable();
    }

    private FullHttpResponse explained(FullHttpResponse refusal) {
        byte[] problem = mapper.writeValueAsBytes(problem(refusal.status()));
        FullHttpResponse explained =
                refusal.replace(refusal.content().alloc().buffer(problem.length).writeBytes(problem));
        refusal.release();
        HttpHeaders fields = explained.headers();
        fields.set(HttpHeaderNames.CONTENT_TYPE, MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        fields.set(HttpHeaderNames.CONTENT_LENGTH, problem.length);
        fields.set(HttpHeaderNames.CACHE_CONTROL, "no-store");
        if (!fields.contains(RequestId.HEADER)) {
            fields.set(RequestId.HEADER, RequestId.next());
        }
        return explained;
    }

    private ProblemDetail problem(HttpResponseStatus status) {
        HttpStatus known = Objects.requireNonNullElse(HttpStatus.resolve(status.code()), HttpStatus.BAD_REQUEST);
        String name =
                type != null ? type : known.name().toLowerCase(Locale.ROOT).replace('_', '-');
        return Problems.of(known, name, known.getReasonPhrase(), detail);
    }
}
