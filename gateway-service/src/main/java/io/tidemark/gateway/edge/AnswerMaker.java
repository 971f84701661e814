package io.tidemark.gateway.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.tidemark.gateway.cache.Answer;
import io.tidemark.gateway.cache.CacheDecision;
import io.tidemark.gateway.cache.CacheDecision.ServeReason;
import io.tidemark.gateway.cache.CacheDecision.ServeStored;
import io.tidemark.gateway.cache.CacheStatus;
import io.tidemark.gateway.cache.CacheStatus.Summary;
import io.tidemark.gateway.cache.FwdReason;
import io.tidemark.gateway.cache.ResponseHead;
import io.tidemark.gateway.fill.FillOutcome.Freshened;
import io.tidemark.gateway.fill.FillOutcome.Streaming;
import io.tidemark.gateway.http.Headers;
import io.tidemark.gateway.origin.OriginAnswer;
import io.tidemark.gateway.policy.DefaultResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Makes the answers that clients get: of stored responses, of fills, of what is passed through. */
final class AnswerMaker {
    /** Wraps only, and so allocates nothing by any connection's allocator. */
    private static final NettyDataBufferFactory BUFFERS = new NettyDataBufferFactory(ByteBufAllocator.DEFAULT);

    private AnswerMaker() {}

    /** A stored response, by a decision that it may be served. */
    static EdgeAnswer stored(EdgeRequest request, ServeStored served, boolean unverified, Instant now) {
        return of(
                Answer.from(served.stored(), request.presented(), now),
                CacheStatus.hit(served.freshness().ttl()),
                served.reason() == ServeReason.FRESH ? Summary.HIT : Summary.STALE,
                served.stored().head().age(now),
                unverified);
    }

    /** A stale response in place of the origin's failure. */
    static EdgeAnswer staleOnError(
            EdgeRequest request,
            ServeStored served,
            @Nullable Integer originStatus,
            @Nullable String detail,
            Instant now) {
        CacheStatus status = CacheStatus.forwarded(FwdReason.STALE)
                .withKey(request.key().toString())
                .withTtl(served.freshness().ttl());
        status = originStatus == null ? status : status.withFwdStatus(originStatus);
        return of(
                Answer.from(served.stored(), request.presented(), now),
                detail == null ? status : status.withDetail(detail),
                Summary.STALE,
                served.stored().head().age(now),
                false);
    }

    /** A stored response that the origin has just confirmed. */
    static EdgeAnswer freshened(
            EdgeRequest request, Freshened freshened, CacheDecision decision, boolean collapsed, Instant now) {
        ResponseHead head = freshened.response().head();
        CacheStatus status = status(request, decision, collapsed)
                .withFwdStatus(freshened.originStatus())
                .withTtl(request.policy().cache().freshness(head, now).ttl())
                .withStored();
        Answer answer = Answer.from(freshened.response(), request.presented(), now);
        return of(
                collapsed ? answer : answer.with(freshened.forAsker()),
                status,
                freshened.originStatus() == 304 ? Summary.REVALIDATED : Summary.MISS,
                head.age(now),
                false);
    }

    private static EdgeAnswer of(Answer answer, CacheStatus status, Summary summary, Duration age, boolean unverified) {
        List<ByteBuffer> pieces = answer.body();
        Publisher<DataBuffer> body;
        if (pieces.isEmpty()) {
            body = null;
        } else if (pieces.size() == 1 && pieces.getFirst().remaining() <= EdgeAnswer.WHOLE) {
            body = Mono.fromSupplier(() -> BUFFERS.wrap(pieces.getFirst().duplicate()));
        } else {
            body = Flux.fromIterable(pieces).map(piece -> BUFFERS.wrap(piece.duplicate()));
        }
        return new EdgeAnswer(answer.status(), answer.headers(), body, status, summary, age, unverified);
    }

    /** A response on its way into the store. */
    static EdgeAnswer streaming(
            EdgeRequest request,
            Streaming streaming,
            Flux<byte[]> body,
            CacheDecision decision,
            boolean collapsed,
            Instant now) {
        ResponseHead head = streaming.store().head();
        return new EdgeAnswer(
                streaming.status(),
                collapsed ? head.headers() : streaming.forwarded(),
                body.map(chunk -> BUFFERS.wrap(Unpooled.wrappedBuffer(chunk))),
                status(request, decision, collapsed)
                        .withTtl(request.policy().cache().freshness(head, now).ttl())
                        .withStored(),
                Summary.MISS,
                head.age(now),
                false);
    }

    /** The policy's default response, in place of the origin's failure. */
    static EdgeAnswer standIn(DefaultResponse standIn, CacheStatus status) {
        byte[] body = standIn.bytes();
        return new EdgeAnswer(
                standIn.status(),
                Headers.of(
                        "Content-Type", standIn.contentType(),
                        "Content-Length", Integer.toString(body.length),
                        "Cache-Control", "no-store"),
                Mono.fromSupplier(() -> BUFFERS.wrap(body)),
                status,
                Summary.MISS,
                null,
                false);
    }

    /** A response that is passed through. */
    static EdgeAnswer passed(OriginAnswer answer, CacheStatus status, Summary summary) {
        Headers headers = answer.headers();
        if (answer.status() == 205) { // RFC 9110 §15.3.6: no content, whatever the origin sent
            Flux<DataBuffer> nothing = answer.body().doOnNext(ByteBuf::release).thenMany(Flux.empty());
            return new EdgeAnswer(205, headers.with("Content-Length", "0"), nothing, status, summary, null, false);
        }
        Flux<ByteBuf> body = answer.body();
        return new EdgeAnswer(answer.status(), headers, body.map(BUFFERS::wrap), status, summary, null, false);
    }

    static CacheStatus status(EdgeRequest request, CacheDecision decision, boolean collapsed) {
        FwdReason reason = switch (decision) {
            case CacheDecision.Fetch fetch -> fetch.reason();
            case CacheDecision.Revalidate revalidate -> revalidate.reason();
            case CacheDecision.Bypass bypass -> bypass.reason();
            case ServeStored _ -> FwdReason.STALE;
            case CacheDecision.GatewayTimeout _ -> FwdReason.REQUEST;
            case CacheDecision.CutOff _ -> FwdReason.BYPASS;
        };
        CacheStatus status = CacheStatus.forwarded(reason).withKey(request.key().toString());
        return collapsed ? status.withCollapsed() : status;
    }
}
