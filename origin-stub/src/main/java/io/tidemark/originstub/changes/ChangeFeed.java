package io.tidemark.originstub.changes;

import io.tidemark.originstub.settings.StubProperties;
import io.tidemark.originstub.web.Problem;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * The last changes, {@code stub.max-changes} of them. A cursor is {@code <feed>-<number>}; without a data folder each
 * run is another feed, so that nobody takes a cursor of one for a place in another. Thread-safe.
 */
@Component
public final class ChangeFeed {
    /** The cursor before everything. */
    static final String START = "0";

    private final ArrayDeque<Change> changes = new ArrayDeque<>();
    private final int limit;
    private final String feed;
    private long last;

    ChangeFeed(StubProperties properties) {
        this.limit = properties.maxChanges();
        this.feed = properties.dataDir() == null ? UUID.randomUUID().toString().substring(0, 8) : "kept";
    }

    /** One change. */
    record Change(String cursor, long number, String type, String id, long version, Instant at, List<String> tags) {}

    /**
     * A page of changes.
     *
     * @param next the cursor to ask with for what comes after it
     * @param more whether there is more already
     */
    record Page(List<Change> changes, String next, boolean more) {}

    public synchronized void add(long number, String id, long version, Instant at) {
        changes.addLast(
                new Change(cursor(number), number, "product.updated", id, version, at, List.of("product:" + id)));
        if (changes.size() > limit) {
            changes.removeFirst();
        }
        last = number;
    }

    /** The cursor of the last change. */
    synchronized String head() {
        return cursor(last);
    }

    /**
     * What changed after the cursor; without a cursor nothing, but the cursor to begin with.
     *
     * @throws Problem 410 if the feed does not reach back to it
     */
    synchronized Page since(@Nullable String cursor, int limit) {
        long from = cursor == null ? last : number(cursor);
        List<Change> found = changes.stream()
                .dropWhile(change -> change.number() <= from)
                .limit(limit)
                .toList();
        String next = found.isEmpty() ? cursor(from) : found.getLast().cursor();
        return new Page(found, next, !found.isEmpty() && found.getLast().number() < last);
    }

    private long number(String cursor) {
        if (cursor.equals(START)) {
            return 0;
        }
        int dash = cursor.lastIndexOf('-');
        long number;
        try {
            number = Long.parseLong(cursor.substring(dash + 1));
        } catch (NumberFormatException notACursor) {
            throw Problem.malformed("since is no cursor of this feed: \"" + cursor + '"');
        }
        long oldest = last - changes.size();
        if (dash < 0 || !cursor.substring(0, dash).equals(feed) || number < oldest || number > last) {
            Problem gone = new Problem(
                    HttpStatus.GONE,
                    "cursor-gone",
                    "Cursor gone",
                    "the feed does not reach back to \"" + cursor + "\": take everything for changed");
            gone.getBody().setProperty("next", cursor(last));
            throw gone;
        }
        return number;
    }

    private String cursor(long number) {
        return feed + '-' + number;
    }
}
