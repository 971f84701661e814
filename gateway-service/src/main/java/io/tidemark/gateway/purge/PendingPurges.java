package io.tidemark.gateway.purge;

import io.tidemark.contracts.Purge;
import io.tidemark.gateway.cache.PurgeSubject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Purges of this gateway's own that the log has not delivered yet. They have no position, so they cover whatever matches
 * them, however new: until the log delivers them, what they cover is not served from the cache here.
 */
final class PendingPurges {
    /** The most targets that are held one by one; past it everything is covered until the log has caught up. */
    static final int MAX_TARGETS = 16_384;

    private record Entry(String id, boolean hard, List<Cover> covers) {}

    private volatile List<Entry> entries = List.of();

    void add(Purge purge) {
        List<Entry> next = new ArrayList<>(entries);
        int targets = purge.targets().size()
                + next.stream().mapToInt(entry -> entry.covers.size()).sum();
        next.add(new Entry(
                purge.id(),
                purge.mode() == Purge.Mode.HARD,
                targets > MAX_TARGETS
                        ? List.of(new Cover.Everything())
                        : purge.targets().stream().map(Cover::of).toList()));
        entries = List.copyOf(next);
    }

    boolean remove(String purgeId) {
        List<Entry> now = entries;
        if (now.isEmpty()) {
            return false;
        }
        List<Entry> next =
                now.stream().filter(entry -> !entry.id.equals(purgeId)).toList();
        entries = next;
        return next.size() < now.size();
    }

    boolean cover(PurgeSubject subject) {
        List<Entry> now = entries;
        if (now.isEmpty()) {
            return false;
        }
        return now.stream().anyMatch(entry -> entry.covers.stream().anyMatch(cover -> cover.covers(subject)));
    }

    /** The id of the last hard purge of a tag that is expected; null if none is. */
    @Nullable
    String lastPurgeOf(String tag) {
        List<Entry> now = entries;
        for (int i = now.size() - 1; i >= 0; i--) {
            Entry entry = now.get(i);
            if (entry.hard && entry.covers.stream().anyMatch(cover -> isOf(tag, cover))) {
                return entry.id;
            }
        }
        return null;
    }

    private static boolean isOf(String tag, Cover cover) {
        return cover instanceof Cover.Everything
                || (cover instanceof Cover.Tag of && of.tag().equals(tag));
    }

    boolean hasTags() {
        return entries.stream().anyMatch(entry -> entry.covers.stream().anyMatch(PendingPurges::isOfTags));
    }

    private static boolean isOfTags(Cover cover) {
        return cover instanceof Cover.Tag || cover instanceof Cover.Group;
    }

    int size() {
        return entries.size();
    }
}
