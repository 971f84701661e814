package io.tidemark.gateway.documents.regions;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tidemark.commons.requests.RequestId;
import io.tidemark.gateway.http.Headers;
import io.tidemark.gateway.origin.OriginAnswer;
import io.tidemark.gateway.origin.OriginRequest;
import io.tidemark.gateway.origin.OriginTimeouts;
import io.tidemark.gateway.origin.Origins;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Offers writes to the write queue. Blocks. */
final class OriginWrites {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Origins origins;
    private final URI writes;
    private final Duration timeout;
    private final String via;

    /**
     * @param writes of the write queue
     * @param via this gateway's name
     */
    OriginWrites(Origins origins, URI writes, Duration timeout, String via) {
        this.origins = origins;
        this.writes = writes.resolve("/v1/writes");
        this.timeout = timeout;
        this.via = via;
    }

    /**
     * Whether it was taken; false if it is too large, which it is the next time, too. Fails with {@link NotTakenException}, or because the
     * write queue cannot be reached.
     */
    boolean offer(String type, ObjectNode data, String key) {
        byte[] body =
                JSON.writeValueAsBytes(JSON.createObjectNode().put("type", type).set("data", data));
        Mono<ByteBuf> content = Mono.fromSupplier(() -> Unpooled.wrappedBuffer(body));
        Headers fields = Headers.builder()
                .add("Host", writes.getRawAuthority())
                .add("Content-Type", "application/json")
                .add("Content-Length", Integer.toString(body.length))
                .add("Idempotency-Key", key)
                .add("X-Client-Id", "documents")
                .add(RequestId.HEADER, UUID.randomUUID().toString())
                .add("Via", "1.1 " + via)
                .build();
        var timeouts = new OriginTimeouts(timeout, timeout, timeout.multipliedBy(2));
        OriginAnswer answer =
                Objects.requireNonNull(origins.call(new OriginRequest("POST", writes, fields, content, timeouts, null))
                        .flatMap(head -> head.body().doOnNext(ByteBuf::release).then(Mono.just(head)))
                        .block());
        if (answer.status() == HttpStatus.CONTENT_TOO_LARGE.value()) {
            return false;
        }
        if (answer.status() != HttpStatus.ACCEPTED.value()) {
            throw new NotTakenException(answer.status());
        }
        return true;
    }

    /** The write queue did not take it. It is offered again. */
    static final class NotTakenException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotTakenException(int status) {
            super("the write queue answers " + status);
        }
    }
}
