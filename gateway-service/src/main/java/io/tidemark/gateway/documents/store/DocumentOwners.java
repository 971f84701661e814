package io.tidemark.gateway.documents.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidemark.state.keys.UserNames;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Whose documents are, under names that stand for users: of those that are persons', whoever made the first edit. A document is in its
 * owner's index before it is stored, so that the erasure of a person finds all of them. Thread-safe.
 */
public final class DocumentOwners {
    /** Nobody owns anything. */
    static final DocumentOwners NONE = new DocumentOwners(List.of(), null);

    private final List<String> prefixes;
    private final @Nullable UserNames names;

    /**
     * @param prefixes how names of documents begin that belong to persons
     * @param names null where there are no users
     */
    DocumentOwners(List<String> prefixes, @Nullable UserNames names) {
        this.prefixes = List.copyOf(prefixes);
        this.names = names;
    }

    /** The name that stands for whose a new document is, empty for nobody's. */
    public String of(DocumentName name, @Nullable String user) {
        return user != null && names != null && prefixes.stream().anyMatch(name.value()::startsWith)
                ? names.of(user)
                : "";
    }

    /** The key of the set of a person's documents. */
    static byte[] index(String owner) {
        return ("tidemark:documents:of:" + owner).getBytes(UTF_8);
    }

    /** Notes a document in its owner's index, if it has an owner. */
    public static CompletableFuture<Done> note(DocumentRedis redis, DocumentName name, String owner) {
        return owner.isEmpty()
                ? CompletableFuture.completedFuture(Done.DONE)
                : redis.call(commands ->
                                commands.sadd(index(owner), name.value().getBytes(UTF_8)))
                        .thenApply(_ -> Done.DONE);
    }
}
