package io.tidemark.state.erasure;

import io.tidemark.contracts.Erasure;
import io.tidemark.contracts.Position;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Erases persons from all stores of one place, in their order: what opens the others comes last. Blocks. */
public final class PersonErasure {
    /** What was made in one store while another was erased is found by the next pass. */
    private static final int PASSES = 3;

    private final List<PersonStore> stores;
    private final Place place;
    private final Duration timeout;

    /** Where it is kept how far the stores are erased. */
    public interface Place {
        /** Null if none is known. */
        CompletionStage<@Nullable Position> get();

        CompletionStage<?> set(Position position);
    }

    /**
     * @param place how far they are erased
     * @param timeout of each call of a store
     */
    public PersonErasure(List<PersonStore> stores, Place place, Duration timeout) {
        this.stores = List.copyOf(stores);
        this.place = place;
        this.timeout = timeout;
    }

    /**
     * Up to where they are erased, null if that is not known.
     *
     * @throws NotErasedException if that cannot be asked
     */
    public @Nullable Position erasedUpTo() {
        return answer("the place of erasures", place.get());
    }

    /** They are erased up to there. */
    public void erasedUpTo(Position position) {
        answer("the place of erasures", place.set(position));
    }

    /** The names of the stores. */
    public List<String> stores() {
        return stores.stream().map(PersonStore::name).toList();
    }

    /**
     * Erases a person.
     *
     * @param names all that stand for that person
     * @return what was deleted in each store; nothing is left
     * @throws NotErasedException if a store does not answer, or still has something; erasing again is safe
     */
    public Map<String, Erasure.Store> erase(Collection<String> names, Position position) {
        Map<String, Long> deleted = new LinkedHashMap<>();
        String left = "";
        for (int pass = 0; pass < PASSES; pass++) {
            for (PersonStore store : stores) {
                long count = sum(names, store, name -> store.erase(name, position));
                deleted.merge(store.name(), count, Long::sum);
            }
            left = "";
            for (PersonStore store : stores) {
                long count = sum(names, store, store::left);
                left += count == 0 ? "" : " " + count + " in " + store.name();
            }
            if (left.isEmpty()) {
                Map<String, Erasure.Store> done = new LinkedHashMap<>();
                deleted.forEach((name, count) -> done.put(name, new Erasure.Store(count, 0)));
                return done;
            }
        }
        throw new NotErasedException("there is still something:" + left, null);
    }

    private interface Call {
        CompletionStage<Long> of(String name);
    }

    private long sum(Collection<String> names, PersonStore store, Call call) {
        long sum = 0;
        for (String name : names) {
            sum += answer(store.name(), call.of(name));
        }
        return sum;
    }

    private <T extends @Nullable Object> T answer(String store, CompletionStage<T> call) {
        try {
            return call.toCompletableFuture()
                    .copy()
                    .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
                    .join();
        } catch (CompletionException failure) {
            throw new NotErasedException(store + " cannot be reached", failure);
        }
    }

    /** A person could not be erased now. Trying again is safe. */
    public static final class NotErasedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotErasedException(String message, @Nullable Throwable cause) {
            super(cause == null ? message : message + ": " + cause.getMessage(), cause);
        }
    }
}
