package io.tidemark.simulation;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tidemark.contracts.Position;
import io.tidemark.gateway.http.Headers;
import io.tidemark.gateway.origin.OriginAnswer;
import io.tidemark.gateway.origin.OriginFailure;
import io.tidemark.gateway.origin.OriginRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;

/**
 * One call to the origin: sent, read from its database, answered with a head, then with a body, or broken off on the way.
 * The schedule moves it on.
 */
final class OriginCall {
    private enum Stage {
        SENT,
        READ,
        ANSWERED,
        OVER
    }

    private final World world;
    private final Supplier<Position> watermark;
    private final OriginRequest request;
    private final MonoSink<OriginAnswer> answer;
    private final Instant sent;
    private final Sinks.Many<ByteBuf> body = Sinks.unsafe().many().unicast().onBackpressureBuffer();
    private Stage stage = Stage.SENT;
    private byte[] left = {};
    private int version;
    private boolean deleted;

    OriginCall(World world, Supplier<Position> watermark, OriginRequest request, MonoSink<OriginAnswer> answer) {
        this.world = world;
        this.watermark = watermark;
        this.request = request;
        this.answer = answer;
        this.sent = world.clock.instant();
        answer.onCancel(() -> stage = Stage.OVER);
        world.tally.count(Tally.Kind.FILL_START);
    }

    boolean isOver() {
        return stage == Stage.OVER;
    }

    /** Takes it one step on. */
    void move() {
        switch (stage) {
            case SENT -> {
                version = world.origin.version;
                deleted = world.origin.deleted;
                stage = Stage.READ;
            }
            case READ -> {
                if (world.origin.fails()) {
                    fail();
                } else {
                    answer();
                }
            }
            case ANSWERED -> {
                if (left.length > 0 && world.origin.fails()) {
                    breakOff();
                } else {
                    sendBody();
                }
            }
            case OVER -> throw new IllegalStateException("a call that is over does not move");
        }
    }

    private void fail() {
        if (world.random.nextBoolean()) {
            stage = Stage.OVER;
            world.tally.count(Tally.Kind.FILL_BROKEN_OFF);
            answer.error(failure());
        } else {
            world.tally.count(Tally.Kind.ORIGIN_ERROR);
            head(503, Headers.of("Content-Length", "0", "X-Scripted", "yes"), "");
        }
    }

    private OriginFailure failure() {
        return new OriginFailure(OriginFailure.Reason.BROKEN_OFF, request.origin(), null);
    }

    private void answer() {
        Headers.Builder headers = Headers.builder()
                .add("ETag", Product.etag(version))
                .add("Cache-Control", world.origin.lifetime())
                .add("Cache-Groups", "\"" + Product.GROUP + "\", \"products\"");
        if (world.origin.varies) {
            headers.add("Vary", "Accept-Language");
        }
        if (Product.etag(version).equals(request.headers().first("If-None-Match"))) {
            world.tally.count(Tally.Kind.NOT_MODIFIED);
            head(304, dated(headers, Guard.FRESHEN_AT_SEND), "");
            return;
        }
        String whole = Product.body(version);
        int[] part = range();
        if (deleted) {
            world.tally.count(Tally.Kind.NEGATIVE_ANSWER);
            head(404, dated(headers, Guard.POSITION_AT_SEND), whole);
        } else if (part != null) {
            world.tally.count(Tally.Kind.PARTIAL_ANSWER);
            headers.add("Content-Range", "bytes " + part[0] + '-' + part[1] + '/' + Product.LENGTH);
            head(206, dated(headers, Guard.POSITION_AT_SEND), whole.substring(part[0], part[1] + 1));
        } else {
            head(200, dated(headers, Guard.POSITION_AT_SEND), whole);
        }
    }

    /** Without the rule the answer gets a tag by which it can be told that it counts from now. */
    private Headers dated(Headers.Builder headers, Guard rule) {
        if (!world.has(rule)) {
            headers.add("Cache-Tag", world.arrivals.countsFrom(watermark.get()));
        }
        return headers.build();
    }

    private int @Nullable [] range() {
        String range = request.headers().first("Range");
        if (range == null) {
            return null;
        }
        String[] ends = range.substring("bytes=".length()).split("-", 2);
        return new int[] {Integer.parseInt(ends[0]), Integer.parseInt(ends[1])};
    }

    private void head(int status, Headers headers, String text) {
        left = text.getBytes(StandardCharsets.US_ASCII);
        Headers framed = left.length > 0 && world.random.nextBoolean()
                ? headers.with("Content-Length", Integer.toString(left.length))
                : headers;
        if (request.method().equals("HEAD")) {
            left = new byte[0];
        }
        stage = Stage.ANSWERED;
        answer.success(new OriginAnswer(
                status, framed, sent, world.clock.instant(), body.asFlux().doOnCancel(() -> stage = Stage.OVER)));
    }

    private void sendBody() {
        if (stage != Stage.OVER && left.length > 0) {
            int now = world.random.nextBoolean() ? left.length : left.length / 2;
            byte[] piece = Arrays.copyOf(left, now);
            left = Arrays.copyOfRange(left, now, left.length);
            body.tryEmitNext(Unpooled.wrappedBuffer(piece));
        }
        if (left.length == 0) {
            stage = Stage.OVER;
            world.tally.count(Tally.Kind.FILL_END);
            body.tryEmitComplete();
        }
    }

    private void breakOff() {
        stage = Stage.OVER;
        world.tally.count(Tally.Kind.FILL_BROKEN_OFF);
        body.tryEmitError(failure());
    }
}
