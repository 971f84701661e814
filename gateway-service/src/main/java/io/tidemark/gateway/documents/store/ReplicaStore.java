package io.tidemark.gateway.documents.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidemark.contracts.DocumentHead;
import io.tidemark.contracts.RecordCodec;
import io.tidemark.documents.update.StateVector;
import io.tidemark.documents.update.Update;
import io.tidemark.gateway.redis.ListScript;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** What regions know of each other's edits, in the region's Redis. Each call is one step there. Thread-safe. */
public final class ReplicaStore {
    private static final ListScript UNPUBLISHED = new ListScript(ReplicaScripts.UNPUBLISHED);
    private static final ListScript PUBLISHED = new ListScript(ReplicaScripts.PUBLISHED);
    private static final ListScript RECEIVE = new ListScript(ReplicaScripts.RECEIVE);
    private static final ListScript HEARD = new ListScript(ReplicaScripts.HEARD);

    private static final String VECTOR = "/vector";
    private static final int HEAD = 5;

    private final DocumentRedis redis;
    private final Agenda agenda;
    private final DocumentSealing sealing;

    /** What became of another region's edits. */
    public enum Received {
        /** They are stored. */
        STORED,
        /** They are stored, and others before them are missing. */
        GAP,
        /** They were here. */
        KNOWN,
        /** There is to be nothing. */
        ERASED
    }

    /**
     * What another region said last.
     *
     * @param vector empty of a region that has erased the document
     */
    public record Said(DocumentHead head, StateVector vector) {}

    ReplicaStore(DocumentRedis redis, Agenda agenda, DocumentSealing sealing) {
        this.redis = redis;
        this.agenda = agenda;
        this.sealing = sealing;
    }

    /** What the others were not told. */
    public CompletableFuture<Unpublished> unpublished(DocumentName name) {
        return redis.run(UNPUBLISHED, name).thenCompose(answer -> switch (text(answer, 0)) {
            case "erased" ->
                CompletableFuture.completedFuture(new Unpublished.Erased(
                        Instant.parse(text(answer, 1)),
                        Map.of("redis", Long.parseLong(text(answer, 2)), "keys", Long.parseLong(text(answer, 3)))));
            case "none" -> CompletableFuture.completedFuture(new Unpublished.Nothing());
            default -> unpublished(name, answer);
        });
    }

    private CompletableFuture<Unpublished> unpublished(DocumentName name, List<Object> answer) {
        List<byte[]> stored = answer.subList(HEAD, answer.size()).stream()
                .map(edit -> (byte[]) edit)
                .toList();
        return sealing.open(name, stored)
                .thenApply(plain -> new Unpublished.Edits(
                        text(answer, 1),
                        Long.parseLong(text(answer, 2)),
                        Long.parseLong(text(answer, 3)),
                        text(answer, 4),
                        Update.merge(plain.stream().map(Update::read).toList())));
    }

    /** The others were told. */
    public CompletableFuture<?> published(DocumentName name, Unpublished.Edits told) {
        return redis.run(PUBLISHED, name, bytes(told.epoch()), bytes(Long.toString(told.upTo())));
    }

    /** Stores what another region told, and tells all who listen to the document here. */
    public CompletableFuture<Received> receive(DocumentName name, DocumentHead head, Update update) {
        return DocumentOwners.note(redis, name, head.owner() == null ? "" : head.owner())
                .thenCompose(_ -> sealing.seal(name, update.bytes()))
                .thenCompose(octets -> receive(name, head, octets));
    }

    private CompletableFuture<Received> receive(DocumentName name, DocumentHead head, byte[] update) {
        String epoch = UUID.randomUUID().toString();
        byte[] owner = bytes(head.owner() == null ? "" : head.owner());
        DocumentHead.Edits told = head.edits();
        CompletableFuture<List<Object>> answer = told == null
                ? redis.run(RECEIVE, name, bytes(epoch), update, name.key("news"), owner)
                : redis.run(
                        RECEIVE,
                        name,
                        bytes(epoch),
                        update,
                        name.key("news"),
                        owner,
                        bytes(head.region()),
                        bytes(told.epoch()),
                        bytes(Long.toString(told.after())),
                        bytes(Long.toString(told.upTo())));
        return answer.thenApply(said -> switch (text(said, 0)) {
                    case "erased" -> Received.ERASED;
                    case "known" -> Received.KNOWN;
                    case "gap" -> Received.GAP;
                    default -> Received.STORED;
                })
                .thenCompose(received -> agenda.received(name).thenApply(_ -> received));
    }

    /** Keeps what another region said of itself. */
    public CompletableFuture<?> heard(DocumentName name, DocumentHead head, StateVector vector) {
        return redis.run(HEARD, name, bytes(head.region()), RecordCodec.DOCUMENT_HEAD.encode(head), vector.bytes());
    }

    /** What the other regions said last, by their names. */
    public CompletableFuture<Map<String, Said>> said(DocumentName name) {
        return redis.call(commands -> commands.hgetall(name.key("regions"))).thenApply(fields -> {
            Map<String, byte[]> byName = new HashMap<>();
            fields.forEach((field, value) -> byName.put(new String(field, UTF_8), value));
            Map<String, Said> said = new HashMap<>();
            byName.forEach((region, head) -> {
                byte[] vector = byName.get(region + VECTOR);
                if (vector != null) {
                    said.put(region, new Said(RecordCodec.DOCUMENT_HEAD.decode(head), StateVector.read(vector)));
                }
            });
            return said;
        });
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static String text(List<Object> answer, int index) {
        return new String((byte[]) answer.get(index), UTF_8);
    }
}
