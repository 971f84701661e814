package io.tidemark.gateway.hit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.tidemark.commons.tracing.Span;
import io.tidemark.gateway.cache.Answer;
import io.tidemark.gateway.cache.CacheDecision.ServeReason;
import io.tidemark.gateway.cache.CacheDecision.ServeStored;
import io.tidemark.gateway.cache.CacheStatus.Summary;
import io.tidemark.gateway.http.Headers;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** An answer that memory has for one request. Immutable. */
abstract sealed class Hit {
    private final HitTarget target;
    private final String requestId;
    private final ServeStored served;
    private final boolean isHead;
    private final @Nullable Followed followed;

    /** @param followed what is told of a request that is to be, else null */
    private Hit(HitTarget target, String requestId, ServeStored served, boolean isHead, @Nullable Followed followed) {
        this.target = target;
        this.requestId = requestId;
        this.served = served;
        this.isHead = isHead;
        this.followed = followed;
    }

    abstract HttpResponseStatus status();

    /** Adds the stored fields of the answer, and none of those that {@link HitFields} has. */
    abstract void writeStoredFields(HttpHeaders fields);

    /** The body of an answer that has one. */
    abstract ByteBuf content(DirectBodies bodies);

    abstract boolean hasContent();

    /** The length of the body, 0 for HEAD and 304. */
    abstract long bytes();

    /** The body of the answer, to be released; none for HEAD and 304. */
    ByteBuf body(DirectBodies bodies) {
        return hasContent() ? content(bodies) : Unpooled.EMPTY_BUFFER;
    }

    HitTarget target() {
        return target;
    }

    String requestId() {
        return requestId;
    }

    ServeStored served() {
        return served;
    }

    boolean isHead() {
        return isHead;
    }

    /** What is told of its request; null for most. */
    @Nullable
    Followed followed() {
        return followed;
    }

    /**
     * A request that is logged, traced, or counted by analytics.
     *
     * @param startNanos when it came, by {@link System#nanoTime}
     * @param traceparent what it said of its trace, null if nothing
     * @param isLogged whether it is written down
     * @param span its step
     */
    record Followed(long startNanos, @Nullable String traceparent, boolean isLogged, Span span) {}

    boolean isFresh() {
        return served.reason() == ServeReason.FRESH;
    }

    Summary summary() {
        return isFresh() ? Summary.HIT : Summary.STALE;
    }

    Duration age() {
        return served.freshness().age();
    }

    long dataAgeMs() {
        return Math.max(0, age().toMillis());
    }

    /** The whole stored response, or a 304: its head was encoded before. */
    static final class Plain extends Hit {
        private final PreparedHead head;
        private final boolean isNotModified;

        Plain(
                HitTarget target,
                String requestId,
                ServeStored served,
                boolean isHead,
                @Nullable Followed followed,
                PreparedHead head,
                boolean isNotModified) {
            super(target, requestId, served, isHead, followed);
            this.head = head;
            this.isNotModified = isNotModified;
        }

        PreparedHead head() {
            return head;
        }

        /** How many bytes of the head's lines belong to the answer. */
        int length() {
            return head.length(isNotModified);
        }

        @Override
        HttpResponseStatus status() {
            return head.status(isNotModified);
        }

        @Override
        void writeStoredFields(HttpHeaders fields) {
            head.writeTo(fields, isNotModified);
            fields.set(HitFields.AGE, Long.toString(age().toSeconds()));
        }

        @Override
        boolean hasContent() {
            return !isHead() && !isNotModified;
        }

        @Override
        long bytes() {
            return hasContent() ? served().stored().body().length() : 0;
        }

        @Override
        ByteBuf content(DirectBodies bodies) {
            return bodies.of(served().stored().body().bytes());
        }
    }

    /** What the request's conditions, range and directives make of the stored response. */
    static final class Shaped extends Hit {
        private final Answer answer;

        Shaped(
                HitTarget target,
                String requestId,
                ServeStored served,
                boolean isHead,
                @Nullable Followed followed,
                Answer answer) {
            super(target, requestId, served, isHead, followed);
            this.answer = answer;
        }

        @Override
        HttpResponseStatus status() {
            return HttpResponseStatus.valueOf(answer.status());
        }

        @Override
        void writeStoredFields(HttpHeaders fields) {
            for (Headers.Field field : answer.headers()) {
                fields.add(field.name(), field.value());
            }
        }

        @Override
        boolean hasContent() {
            return !isHead();
        }

        @Override
        long bytes() {
            return hasContent()
                    ? answer.body().stream().mapToLong(ByteBuffer::remaining).sum()
                    : 0;
        }

        @Override
        ByteBuf content(DirectBodies bodies) {
            return Unpooled.wrappedBuffer(answer.body().toArray(ByteBuffer[]::new));
        }
    }
}
