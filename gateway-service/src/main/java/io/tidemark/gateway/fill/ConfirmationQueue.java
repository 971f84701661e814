package io.tidemark.gateway.fill;

import io.tidemark.gateway.cache.CacheKey;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Collapsing while the gateway cannot know what was purged: a request may use only an answer that the origin was asked for
 * after the request came. So it never joins a call under way; all that come during one share the next. Thread-safe, without
 * locks.
 */
final class ConfirmationQueue {
    private record Next(Fill fill, Consumer<Fill> starter) {}

    /** A call that is under way, and the one after it, if anybody waits for that. */
    private record Line(Fill now, @Nullable Next next) {}

    private final ConcurrentHashMap<CacheKey, Line> lines = new ConcurrentHashMap<>();

    /** The call that answers a request. */
    sealed interface Turn {
        Fill fill();

        /** Its own, which has been sent. */
        record Sent(Fill fill) implements Turn {}

        /** Its own, which is sent when the one under way has ended. */
        record Next(Fill fill) implements Turn {}

        /** Another's, which has not been sent yet. */
        record Shared(Fill fill) implements Turn {}
    }

    /**
     * The call that answers a request that comes now.
     *
     * @param made makes a call that is not sent yet
     * @param starter sends a call; it must report {@link #ended} when its outcome is known
     */
    Turn join(CacheKey key, Supplier<Fill> made, Consumer<Fill> starter) {
        while (true) {
            Line line = lines.get(key);
            if (line != null && line.next != null) {
                return new Turn.Shared(line.next.fill); // as long as it is in a line it is not sent
            }
            Fill own = made.get();
            if (line == null) {
                if (lines.putIfAbsent(key, new Line(own, null)) == null) {
                    starter.accept(own);
                    return new Turn.Sent(own);
                }
            } else if (lines.replace(key, line, new Line(line.now, new Next(own, starter)))) {
                return new Turn.Next(own);
            }
        }
    }

    /** Sends the next call of the key, if anybody waits for it. */
    void ended(CacheKey key) {
        while (true) {
            Line line = lines.get(key);
            if (line == null) {
                return;
            }
            Next next = line.next;
            if (next == null) {
                if (lines.remove(key, line)) {
                    return;
                }
            } else if (lines.replace(key, line, new Line(next.fill, null))) {
                next.starter.accept(next.fill);
                return;
            }
        }
    }

    int size() {
        return lines.size();
    }
}
