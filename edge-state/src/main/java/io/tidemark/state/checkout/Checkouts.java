package io.tidemark.state.checkout;

import io.tidemark.state.session.Entry;
import io.tidemark.state.session.Precondition;
import io.tidemark.state.session.SessionOutcome;
import io.tidemark.state.session.Sessions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The checkouts of sessions: each an entry that {@code /state/} cannot name, changed by its version, so that of two that lock it
 * one does. Thread-safe.
 */
public final class Checkouts {
    private static final int ID_BYTES = 16;

    /** How often a change is tried anew that another one came before. */
    private static final int TRIES = 16;

    private final Sessions sessions;
    private final SecureRandom random = new SecureRandom();

    /** What became of something that was asked of a checkout. */
    public sealed interface Outcome {
        /** It is as this, in this version. */
        record Is(Checkout checkout, String version) implements Outcome {}

        /** It was not this step's turn. */
        record OutOfOrder(String next) implements Outcome {}

        /** It is not there, or has another version than was expected, or its session is gone. */
        record Not(SessionOutcome why) implements Outcome {}
    }

    public Checkouts(Sessions sessions) {
        this.sessions = sessions;
    }

    /** Begins one: {@link Outcome.Is} or {@link Outcome.Not}. */
    public CompletionStage<Outcome> begin(String session) {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        Checkout begun = Checkout.begun(Base64.getUrlEncoder().withoutPadding().encodeToString(id));
        return sessions.write(session, name(begun.id()), begun.toBytes(), Precondition.absent())
                .thenApply(outcome -> written(begun, outcome));
    }

    /**
     * Changes one as decided.
     *
     * @param expected the version that it must have, null for any
     */
    public CompletionStage<Outcome> change(
            String session, String id, @Nullable String expected, Function<Checkout, Checkout.Decision> decide) {
        return change(session, id, expected, decide, TRIES);
    }

    private CompletionStage<Outcome> change(
            String session,
            String id,
            @Nullable String expected,
            Function<Checkout, Checkout.Decision> decide,
            int tries) {
        return sessions.read(session, name(id)).thenCompose(read -> {
            if (!(read instanceof SessionOutcome.EntryFound(Entry entry))) {
                return CompletableFuture.completedFuture(new Outcome.Not(read));
            }
            if (expected != null && !expected.equals(entry.version())) {
                return CompletableFuture.completedFuture(
                        new Outcome.Not(new SessionOutcome.NotAsExpected(entry.version())));
            }
            Checkout now = Checkout.read(entry.json());
            return switch (decide.apply(now)) {
                case Checkout.Decision.Unchanged() ->
                    CompletableFuture.completedFuture(new Outcome.Is(now, entry.version()));
                case Checkout.Decision.OutOfOrder(String next) ->
                    CompletableFuture.completedFuture(new Outcome.OutOfOrder(next));
                case Checkout.Decision.Changed(Checkout changed) ->
                    sessions.write(session, name(id), changed.toBytes(), Precondition.version(entry.version()))
                            .thenCompose(outcome ->
                                    outcome instanceof SessionOutcome.NotAsExpected && expected == null && tries > 1
                                            ? change(session, id, null, decide, tries - 1)
                                            : CompletableFuture.completedFuture(written(changed, outcome)));
            };
        });
    }

    private static Outcome written(Checkout checkout, SessionOutcome outcome) {
        return outcome instanceof SessionOutcome.Written written
                ? new Outcome.Is(checkout, written.version())
                : new Outcome.Not(outcome);
    }

    private static String name(String id) {
        return "checkout/" + id;
    }
}
