package io.tidemark.gateway.fill;

import io.tidemark.gateway.cache.CacheKey;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Collapsing while the gateway cannot know what was purged: a request may use only an answer that the origin was asked for
 * after the request came. So it never joins a call under way; all that come during one share the next.
 */
final class ConfirmationQueue {
    private record Line(
            Fill now, @Nullable Fill next, @Nullable Consumer<Fill> starter) {}

    private final ConcurrentHashMap<CacheKey, Line> lines = new ConcurrentHashMap<>();

    /**
     * The call that answers a request that comes now.
     *
     * @param made makes a call that is not sent yet
     * @param starter sends a call; it must report {@link #ended} when its outcome is known
     */
    Fill join(CacheKey key, Supplier<Fill> made, Consumer<Fill> starter) {
        Fill[] joined = {null};
        boolean[] starts = {false};
        lines.compute(key, (_, line) -> {
            if (line == null) {
                joined[0] = made.get();
                starts[0] = true;
                return new Line(joined[0], null, null);
            }
            Fill next = line.next;
            joined[0] = next == null ? made.get() : next;
            return next == null ? new Line(line.now, joined[0], starter) : line;
        });
        if (starts[0]) {
            starter.accept(joined[0]);
        }
        return joined[0];
    }

    /** Sends the next call of the key, if anybody waits for it. */
    void ended(CacheKey key) {
        Line[] was = {null};
        lines.computeIfPresent(key, (_, line) -> {
            was[0] = line;
            Fill next = line.next;
            return next == null ? null : new Line(next, null, null);
        });
        Line line = was[0];
        if (line != null && line.next != null && line.starter != null) {
            line.starter.accept(line.next);
        }
    }

    int size() {
        return lines.size();
    }
}
