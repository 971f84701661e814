package io.tidemark.gateway.cache;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Lets equal immutable values be one object, so that what thousands of stored responses have in common is in memory once.
 * Remembers the last value of each of 4096 places by hash code, so it is bounded and forgets. Thread-safe.
 */
public final class Shared<T> {
    private static final int PLACES = 1 << 12;

    private final AtomicReferenceArray<@Nullable T> places = new AtomicReferenceArray<>(PLACES);

    /** A value that equals this one: it itself, or one that was asked for before. */
    public T of(T value) {
        int hash = value.hashCode();
        int place = (hash ^ hash >>> 16) & (PLACES - 1);
        T known = places.getPlain(place);
        if (known != null && known.equals(value)) {
            return known;
        }
        places.setRelease(place, value);
        return value;
    }
}
