package io.tidemark.gateway.documents.store;

import io.tidemark.commons.digests.Sha256;
import io.tidemark.state.keys.DataKeyLookup;
import io.tidemark.state.keys.DataKeys;
import io.tidemark.state.keys.Sealer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Seals what is kept of some documents: in Redis with a data key for each document, which goes with it, and in Kafka with the key set
 * that all regions have. Sealed is {@link #MARK}, with which no update can begin, and what {@link Sealer} makes; so what was stored before
 * its document was to be sealed is read as it is. Thread-safe.
 */
public final class DocumentSealing {
    /** A number of more than 53 bits, which no client could read. */
    private static final byte[] MARK = {-1, -1, -1, -1, -1, -1, -1, -1};

    /** Seals nothing. */
    static final DocumentSealing NONE = new DocumentSealing(List.of(), null);

    private final List<String> prefixes;
    private final @Nullable Keys keys;

    /**
     * What it seals with.
     *
     * @param stored of a region, whose data keys these are
     * @param told the same in all regions
     */
    record Keys(DataKeys dataKeys, Sealer stored, Sealer told) {}

    /** What was sealed cannot be opened here, or anywhere any more. */
    public static final class UnreadableException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final Sealer.Unreadable why;

        UnreadableException(Sealer.Unreadable why) {
            super("a document cannot be opened: " + why.label(), null, false, false);
            this.why = why;
        }

        /** Whether its key is gone, and with it all of the document. */
        boolean isGone() {
            return why == Sealer.Unreadable.NO_DATA_KEY;
        }
    }

    /**
     * @param prefixes how names of documents begin that are sealed
     * @param keys null where there are none: then nothing may be sealed
     */
    DocumentSealing(List<String> prefixes, @Nullable Keys keys) {
        this.prefixes = List.copyOf(prefixes);
        this.keys = keys;
    }

    private boolean seals(DocumentName name) {
        return prefixes.stream().anyMatch(name.value()::startsWith);
    }

    /** As it is to be stored. */
    CompletableFuture<byte[]> seal(DocumentName name, byte[] plain) {
        if (keys == null || !seals(name)) {
            return CompletableFuture.completedFuture(plain);
        }
        return keys.dataKeys()
                .getOrMake(subject(name))
                .thenApply(key -> marked(keys.stored().seal(plain, name.value(), key)))
                .toCompletableFuture();
    }

    /** What was stored, all of it with one look at the key. Fails with {@link UnreadableException} if that is gone. */
    CompletableFuture<List<byte[]>> open(DocumentName name, List<byte[]> stored) {
        if (stored.stream().noneMatch(DocumentSealing::isSealed)) {
            return CompletableFuture.completedFuture(stored);
        }
        if (keys == null) {
            return CompletableFuture.failedFuture(new UnreadableException(Sealer.Unreadable.UNKNOWN_KEY));
        }
        return keys.dataKeys()
                .get(subject(name))
                .thenApply(found -> switch (found) {
                    case DataKeyLookup.Present(var key) -> {
                        List<byte[]> plain = new ArrayList<>(stored.size());
                        for (byte[] one : stored) {
                            plain.add(
                                    isSealed(one) ? plain(keys.stored().open(unmarked(one), name.value(), key)) : one);
                        }
                        yield plain;
                    }
                    case DataKeyLookup.Absent(var why) -> throw new UnreadableException(why);
                })
                .toCompletableFuture();
    }

    private static byte[] plain(Sealer.Opened opened) {
        return switch (opened) {
            case Sealer.Plain(byte[] bytes) -> bytes;
            case Sealer.Unreadable why -> throw new UnreadableException(why);
        };
    }

    /** News of an edit, whose octets begin at a place: as they were before they were sealed. */
    public CompletableFuture<byte[]> openNews(DocumentName name, byte[] news, int from) {
        byte[] octets = Arrays.copyOfRange(news, from, news.length);
        return open(name, List.of(octets)).thenApply(plain -> {
            byte[] all = Arrays.copyOf(news, from + plain.getFirst().length);
            System.arraycopy(plain.getFirst(), 0, all, from, plain.getFirst().length);
            return all;
        });
    }

    /** As it is to be told to other regions. */
    public byte[] sealForOthers(DocumentName name, byte[] plain) {
        return keys == null || !seals(name) ? plain : marked(keys.told().seal(plain, name.value()));
    }

    /** What another region told. Fails with {@link UnreadableException}. */
    public byte[] openOfOthers(DocumentName name, byte[] told) {
        if (!isSealed(told)) {
            return told;
        }
        if (keys == null) {
            throw new UnreadableException(Sealer.Unreadable.UNKNOWN_KEY);
        }
        return plain(keys.told().open(unmarked(told), name.value()));
    }

    /** Destroys the document's key, after which no copy of it opens: whether there was one. */
    CompletableFuture<Boolean> destroy(DocumentName name) {
        return keys == null || !seals(name)
                ? CompletableFuture.completedFuture(false)
                : keys.dataKeys().destroy(subject(name)).toCompletableFuture();
    }

    /** Of a hash, as names of documents may be longer than those of keys. */
    private static String subject(DocumentName name) {
        byte[] hash = Arrays.copyOf(Sha256.of(name.value()), 16);
        return "document." + Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    }

    private static boolean isSealed(byte[] stored) {
        return isSealedAt(stored, 0);
    }

    /** Whether what is sealed begins there. */
    public static boolean isSealedAt(byte[] octets, int from) {
        return octets.length - from > MARK.length
                && Arrays.equals(octets, from, from + MARK.length, MARK, 0, MARK.length);
    }

    private static byte[] marked(byte[] sealed) {
        byte[] all = Arrays.copyOf(MARK, MARK.length + sealed.length);
        System.arraycopy(sealed, 0, all, MARK.length, sealed.length);
        return all;
    }

    private static byte[] unmarked(byte[] stored) {
        return Arrays.copyOfRange(stored, MARK.length, stored.length);
    }
}
