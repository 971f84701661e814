package io.tidemark.state.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tidemark.state.keys.DataKeys;
import io.tidemark.state.keys.Sealer;
import io.tidemark.state.keys.SubjectSealer;
import io.tidemark.state.keys.UserNames;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whose sessions are, and sealing for them: what a session has is sealed with its user's data key, nobody's with the region's. Which
 * user's a session is, by the name that stands for the user, is remembered, so that a write does not ask for it. Thread-safe.
 */
public final class Owners {
    private static final String NOBODY = "";

    private final SubjectSealer sealer;
    private final UserNames names;
    private final Cache<String, String> known;
    private final Consumer<Sealer.Unreadable> unreadable;

    /**
     * @param most the most sessions whose user is remembered
     * @param unreadable told of each record that cannot be opened, and so counts as absent
     */
    public Owners(Sealer sealer, DataKeys keys, UserNames names, int most, Consumer<Sealer.Unreadable> unreadable) {
        this.sealer = new SubjectSealer(sealer, keys);
        this.names = names;
        this.known =
                Caffeine.newBuilder().maximumSize(most).executor(Runnable::run).build();
        this.unreadable = unreadable;
    }

    UserNames names() {
        return names;
    }

    /** The user of a new session, sealed; empty for nobody's. */
    CompletionStage<byte[]> seal(String id, @Nullable String user, String place) {
        if (user == null) {
            known.put(id, NOBODY);
            return CompletableFuture.completedFuture(new byte[0]);
        }
        String subject = names.of(user);
        return sealer.seal(user.getBytes(UTF_8), place, subject).whenComplete((done, _) -> {
            if (done != null) {
                known.put(id, subject);
            }
        });
    }

    /** Learns of the beginning of what a session has of its user. */
    void learn(String id, byte[] sealed) {
        String subject = sealed.length == 0 ? NOBODY : Sealer.subject(sealed);
        if (subject != null && known.getIfPresent(id) == null) {
            known.put(id, subject);
        }
    }

    /**
     * Seals an entry as its session's user has it: null if that user's key is not there any more, nor then is the session.
     *
     * @param userField asks for what the session has of its user, empty for nobody's; asked where that is not remembered
     * @param userPlace where that lies
     */
    CompletionStage<byte @Nullable []> sealEntry(
            String id, byte[] json, String place, Supplier<CompletionStage<byte[]>> userField, String userPlace) {
        String subject = known.getIfPresent(id);
        return subject != null
                ? sealEntry(json, place, subject)
                : userField.get().thenCompose(user -> {
                    learn(id, user);
                    String found = known.getIfPresent(id);
                    return found != null ? sealEntry(json, place, found) : sealOldEntry(json, place, user, userPlace);
                });
    }

    private CompletionStage<byte @Nullable []> sealEntry(byte[] json, String place, String subject) {
        if (subject.equals(NOBODY)) {
            return sealer.seal(json, place, null).thenApply(entry -> entry);
        }
        return sealer.sealIfPresent(json, place, subject).whenComplete((entry, failure) -> {
            if (entry == null && failure == null) {
                unreadable.accept(Sealer.Unreadable.NO_DATA_KEY);
            }
        });
    }

    /** Of a session that was made before there were data keys. */
    private CompletionStage<byte @Nullable []> sealOldEntry(
            byte[] json, String place, byte[] sealedUser, String userPlace) {
        return open(sealedUser, userPlace)
                .thenCompose(user -> user == null
                        ? CompletableFuture.<byte @Nullable []>completedFuture(null)
                        : sealer.seal(json, place, names.of(new String(user, UTF_8)))
                                .thenApply(entry -> entry));
    }

    /** Null if it cannot be opened; that was told then. */
    CompletionStage<byte @Nullable []> open(byte[] sealed, String place) {
        return sealer.open(sealed, place).thenApply(opened -> switch (opened) {
            case Sealer.Plain plain -> plain.bytes();
            case Sealer.Unreadable reason -> {
                unreadable.accept(reason);
                yield null;
            }
        });
    }
}
