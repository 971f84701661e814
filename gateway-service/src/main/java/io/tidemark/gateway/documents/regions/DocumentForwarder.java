package io.tidemark.gateway.documents.regions;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tidemark.commons.digests.Sha256;
import io.tidemark.commons.outage.Outage;
import io.tidemark.commons.requests.RequestId;
import io.tidemark.documents.update.StateVector;
import io.tidemark.documents.update.Update;
import io.tidemark.gateway.documents.store.DocumentName;
import io.tidemark.gateway.documents.store.DocumentRedis;
import io.tidemark.gateway.documents.store.DocumentStore;
import io.tidemark.gateway.documents.store.OriginForward;
import io.tidemark.gateway.documents.store.Stored;
import io.tidemark.gateway.http.Headers;
import io.tidemark.gateway.origin.OriginAnswer;
import io.tidemark.gateway.origin.OriginRequest;
import io.tidemark.gateway.origin.OriginTimeouts;
import io.tidemark.gateway.origin.Origins;
import io.tidemark.gateway.redis.ListScript;
import java.net.URI;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Hands the origin what it lacks of a document, as a write of the write queue: {@code {"document", "update", "vector"}}, the last two
 * in base64. The idempotency key is made of all three, so that who hands over the same again does nothing. What
 * was handed over is noted after it; so a gateway that dies between does it twice, which an update does not mind.
 */
final class DocumentForwarder {
    private static final Logger log = LoggerFactory.getLogger(DocumentForwarder.class);
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final byte[] VECTOR = "forwarded".getBytes(UTF_8);
    private static final byte[] DELETIONS = "forwarded-deletions".getBytes(UTF_8);

    /** ARGV: the epoch, and what to note. */
    private static final ListScript NOTE = new ListScript("""
        if redis.call('HGET', KEYS[1], 'epoch') == ARGV[1] then
          redis.call('HSET', KEYS[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5])
        end
        return {}
        """);

    private final DocumentRedis redis;
    private final DocumentStore store;
    private final Origins origins;
    private final URI writes;
    private final OriginForward settings;
    private final String via;
    private final Outage outage =
            new Outage(log, "The origin does not hear of documents", "The origin hears of documents");

    /**
     * @param writes of the write queue
     * @param via this gateway's name
     */
    DocumentForwarder(
            DocumentRedis redis, DocumentStore store, Origins origins, URI writes, OriginForward settings, String via) {
        this.redis = redis;
        this.store = store;
        this.origins = origins;
        this.writes = writes.resolve("/v1/writes");
        this.settings = settings;
        this.via = via;
    }

    /** Whether the last one was handed over. */
    Outage outage() {
        return outage;
    }

    /** Hands over what was not. Blocks, and fails where it is not known whether it was taken. */
    void forward(DocumentName name) {
        if (!(store.read(name, 0).join() instanceof Stored.Content content)
                || content.epoch().isEmpty()) {
            return;
        }
        Update all = Comparison.all(content);
        var noted = redis.call(commands -> commands.hmget(name.key("meta"), VECTOR, DELETIONS))
                .join();
        StateVector known =
                noted.getFirst().hasValue() ? StateVector.read(noted.getFirst().getValue()) : StateVector.EMPTY;
        byte[] deletions = Sha256.of(all.deletions().bytes());
        boolean deletes = !Arrays.equals(deletions, noted.get(1).getValueOrElse(new byte[0]));
        if (known.covers(all.vector()) && !deletes) {
            return;
        }
        hand(name, all.since(known), all.vector());
        note(name, content.epoch(), all.vector(), deletions);
    }

    private void hand(DocumentName name, Update update, StateVector vector) {
        Base64.Encoder base64 = Base64.getEncoder();
        ObjectNode write = JSON.createObjectNode().put("type", settings.writeType());
        write.putObject("data")
                .put("document", name.value())
                .put("update", base64.encodeToString(update.bytes()))
                .put("vector", base64.encodeToString(vector.bytes()));
        byte[] body = JSON.writeValueAsBytes(write);
        Mono<ByteBuf> content = Mono.fromSupplier(() -> Unpooled.wrappedBuffer(body));
        Headers fields = Headers.builder()
                .add("Host", writes.getRawAuthority())
                .add("Content-Type", "application/json")
                .add("Content-Length", Integer.toString(body.length))
                .add("Idempotency-Key", key(name, update, vector))
                .add("X-Client-Id", "documents")
                .add(RequestId.HEADER, UUID.randomUUID().toString())
                .add("Via", "1.1 " + via)
                .build();
        var timeouts = new OriginTimeouts(
                settings.timeout(), settings.timeout(), settings.timeout().multipliedBy(2));
        OriginAnswer answer =
                Objects.requireNonNull(origins.call(new OriginRequest("POST", writes, fields, content, timeouts, null))
                        .flatMap(head -> head.body().doOnNext(ByteBuf::release).then(Mono.just(head)))
                        .block());
        if (answer.status() != HttpStatus.ACCEPTED.value()) {
            throw new NotTakenException(answer.status());
        }
    }

    private static String key(DocumentName name, Update update, StateVector vector) {
        var digest = Sha256.begun();
        digest.update(name.value().getBytes(UTF_8));
        digest.update((byte) 0);
        digest.update(vector.bytes());
        digest.update(update.bytes());
        return "document-" + HexFormat.of().formatHex(digest.digest());
    }

    /** Of the same document only: one that Redis lost begins anew. */
    private void note(DocumentName name, String epoch, StateVector vector, byte[] deletions) {
        redis.run(
                        NOTE,
                        new byte[][] {name.key("meta")},
                        List.of(epoch.getBytes(UTF_8), VECTOR, vector.bytes(), DELETIONS, deletions)
                                .toArray(byte[][]::new))
                .join();
    }

    /** The write queue did not take it. It is offered again. */
    static final class NotTakenException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotTakenException(int status) {
            super("the write queue answers " + status);
        }
    }
}
