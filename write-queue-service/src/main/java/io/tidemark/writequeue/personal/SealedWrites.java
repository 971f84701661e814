package io.tidemark.writequeue.personal;

import io.tidemark.contracts.Write;
import io.tidemark.writequeue.types.WriteType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@link PersonalWrites} where there are keys for them; without keys nothing is sealed, and what is sealed waits. Thread-safe. */
public final class SealedWrites {
    private final @Nullable PersonalWrites writes;

    SealedWrites(@Nullable PersonalWrites writes) {
        this.writes = writes;
    }

    /** Empty where there are no keys. */
    public Optional<PersonalWrites> writes() {
        return Optional.ofNullable(writes);
    }

    /** As it may be stored: sealed, if its type says that it is personal. */
    public Write toStore(Write plain, WriteType type) {
        return type.personal() && writes != null ? writes.seal(plain) : plain;
    }

    /** As it was accepted. */
    public PersonalWrites.Opened open(Write stored) {
        if (stored.sealed() == null) {
            return new PersonalWrites.Plain(stored);
        }
        if (writes == null) {
            throw new KeysUnavailableException(
                    "a sealed write cannot be opened: tidemark.writes.personal has no keys",
                    new IllegalStateException());
        }
        return writes.open(stored);
    }

    /** What tells requests apart, as it may be stored beside this write. */
    public String fingerprint(Write stored, String ofPlain) {
        return stored.sealed() != null && writes != null ? writes.fingerprint(ofPlain) : ofPlain;
    }

    /** Whether this is what is stored of the client's name. */
    public boolean isOf(String stored, String client) {
        return stored.equals(client) || (writes != null && writes.stored(client).contains(stored));
    }
}
