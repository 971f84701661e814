package io.tidemark.gateway.documents.regions;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.commons.digests.Sha256;
import io.tidemark.commons.outage.Outage;
import io.tidemark.documents.update.StateVector;
import io.tidemark.documents.update.Update;
import io.tidemark.gateway.documents.store.DocumentName;
import io.tidemark.gateway.documents.store.DocumentRedis;
import io.tidemark.gateway.documents.store.DocumentStore;
import io.tidemark.gateway.documents.store.OriginForward;
import io.tidemark.gateway.documents.store.Stored;
import io.tidemark.gateway.redis.ListScript;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Hands the origin what it lacks of a document, as a write of the write queue: {@code {"document", "update", "vector"}}, the last two
 * in base64. The idempotency key is made of all three, so that who hands over the same again does nothing. What
 * was handed over is noted after it; so a gateway that dies between does it twice, which an update does not mind.
 *
 * <p>An erasure is a write of its own type, {@code {"document", "erased"}}, after all changes. A difference that is too large for a write
 * is offered once, and another one once the document has changed.
 */
final class DocumentForwarder {
    private static final Logger log = LoggerFactory.getLogger(DocumentForwarder.class);
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final byte[] VECTOR = "forwarded".getBytes(UTF_8);
    private static final byte[] DELETIONS = "forwarded-deletions".getBytes(UTF_8);
    private static final byte[] REFUSED = "forward-refused".getBytes(UTF_8);
    private static final byte[] ERASED = "erased".getBytes(UTF_8);
    private static final byte[] TOLD = "origin-erased".getBytes(UTF_8);

    /** ARGV: the epoch, and what to note, name and value in turn. */
    private static final ListScript NOTE = new ListScript("""
        if redis.call('HGET', KEYS[1], 'epoch') == ARGV[1] then
          redis.call('HSET', KEYS[1], unpack(ARGV, 2))
        end
        return {}
        """);

    private final DocumentRedis redis;
    private final DocumentStore store;
    private final OriginWrites writes;
    private final OriginForward settings;
    private final Set<DocumentName> tooLarge = ConcurrentHashMap.newKeySet();
    private final Outage outage =
            new Outage(log, "The origin does not hear of documents", "The origin hears of documents");

    DocumentForwarder(
            DocumentRedis redis,
            DocumentStore store,
            OriginWrites writes,
            OriginForward settings,
            MeterRegistry metrics) {
        this.redis = redis;
        this.store = store;
        this.writes = writes;
        this.settings = settings;
        Gauge.builder("tidemark.documents.too.large", tooLarge, Set::size)
                .description(
                        "Documents whose changes are too large for a write to the origin, as far as this gateway knows")
                .register(metrics);
    }

    /** Whether the last one was handed over. */
    Outage outage() {
        return outage;
    }

    /** Documents of which the origin does not hear until they change. */
    int tooLarge() {
        return tooLarge.size();
    }

    /** Hands over what was not. Blocks, and fails where it is not known whether it was taken. */
    void forward(DocumentName name) {
        switch (store.read(name, 0).join()) {
            case Stored.Content content when !content.epoch().isEmpty() -> changed(name, content);
            case Stored.Erased _ -> erased(name);
            default -> {} // nothing yet
        }
    }

    private void changed(DocumentName name, Stored.Content content) {
        Update all = Comparison.all(content);
        var noted = redis.call(commands -> commands.hmget(name.key("meta"), VECTOR, DELETIONS, REFUSED))
                .join();
        StateVector known =
                noted.getFirst().hasValue() ? StateVector.read(noted.getFirst().getValue()) : StateVector.EMPTY;
        byte[] deletions = Sha256.of(all.deletions().bytes());
        boolean deletes = !Arrays.equals(deletions, noted.get(1).getValueOrElse(new byte[0]));
        if (known.covers(all.vector()) && !deletes) {
            return;
        }
        Update lacking = all.since(known);
        String key = key(name, lacking, all.vector());
        byte[] offered = key.getBytes(UTF_8);
        if (Arrays.equals(offered, noted.get(2).getValueOrElse(new byte[0]))) {
            tooLarge.add(name);
            return;
        }
        Base64.Encoder base64 = Base64.getEncoder();
        ObjectNode data = JSON.createObjectNode()
                .put("document", name.value())
                .put("update", base64.encodeToString(lacking.bytes()))
                .put("vector", base64.encodeToString(all.vector().bytes()));
        if (writes.offer(settings.writeType(), data, key)) {
            note(name, content.epoch(), VECTOR, all.vector().bytes(), DELETIONS, deletions);
            tooLarge.remove(name);
        } else {
            note(name, content.epoch(), REFUSED, offered);
            if (tooLarge.add(name)) {
                log.warn(
                        "The origin does not hear of the document {} until it changes: {} octets are too large for a"
                                + " write",
                        name,
                        lacking.bytes().length);
            }
        }
    }

    private void erased(DocumentName name) {
        tooLarge.remove(name);
        if (settings.eraseType().isEmpty()) {
            return;
        }
        var noted = redis.call(commands -> commands.hmget(name.key("meta"), ERASED, TOLD))
                .join();
        if (!noted.getFirst().hasValue() || noted.get(1).hasValue()) {
            return;
        }
        String at = new String(noted.getFirst().getValue(), UTF_8);
        ObjectNode data = JSON.createObjectNode().put("document", name.value()).put("erased", at);
        if (!writes.offer(settings.eraseType(), data, "document-erased-" + name + '-' + at)) {
            throw new OriginWrites.NotTakenException(HttpStatus.CONTENT_TOO_LARGE.value());
        }
        redis.call(commands -> commands.hset(name.key("meta"), TOLD, new byte[] {'1'}))
                .join();
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
    private void note(DocumentName name, String epoch, byte[]... namesAndValues) {
        byte[][] values = new byte[namesAndValues.length + 1][];
        values[0] = epoch.getBytes(UTF_8);
        System.arraycopy(namesAndValues, 0, values, 1, namesAndValues.length);
        redis.run(NOTE, new byte[][] {name.key("meta")}, values).join();
    }
}
