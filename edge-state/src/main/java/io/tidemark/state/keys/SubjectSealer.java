package io.tidemark.state.keys;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Seals what is of a subject with the subject's data key, and what is of nobody with the region's: each record says which it was. So
 * what was sealed with the region's before there were data keys still opens. Each call fails if the keys' store does not answer,
 * unless the key is remembered. Thread-safe.
 */
public final class SubjectSealer {
    private final Sealer sealer;
    private final DataKeys keys;

    public SubjectSealer(Sealer sealer, DataKeys keys) {
        this.sealer = sealer;
        this.keys = keys;
    }

    /**
     * Seals.
     *
     * @param subject whose it is, null for nobody's; it gets a key if it has none
     * @param place where it will lie: it opens nowhere else
     */
    public CompletionStage<byte[]> seal(byte[] plain, String place, @Nullable String subject) {
        return subject == null
                ? CompletableFuture.completedFuture(sealer.seal(plain, place))
                : keys.getOrMake(subject).thenApply(key -> sealer.seal(plain, place, key));
    }

    /** Seals with the key that the subject has: null if it has none. Fails with {@link UnreadableKeyException} as a new one would. */
    public CompletionStage<byte @Nullable []> sealIfPresent(byte[] plain, String place, String subject) {
        return keys.get(subject).thenApply(found -> switch (found) {
            case DataKeyLookup.Present(DataKey key) -> sealer.seal(plain, place, key);
            case DataKeyLookup.Absent(Sealer.Unreadable why) when why == Sealer.Unreadable.NO_DATA_KEY -> null;
            case DataKeyLookup.Absent(Sealer.Unreadable why) -> throw new UnreadableKeyException(why);
        });
    }

    /** Opens, or says why it counts as absent. */
    public CompletionStage<Sealer.Opened> open(byte[] sealed, String place) {
        String subject = Sealer.subject(sealed);
        return subject == null
                ? CompletableFuture.completedFuture(sealer.open(sealed, place))
                : keys.get(subject).thenApply(found -> switch (found) {
                    case DataKeyLookup.Present(DataKey key) -> sealer.open(sealed, place, key);
                    case DataKeyLookup.Absent(Sealer.Unreadable why) -> why;
                });
    }
}
