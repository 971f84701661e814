package io.tidemark.gateway.purge;

import io.tidemark.contracts.Purge;
import io.tidemark.gateway.cache.PurgeSubject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Purges of this gateway's own that the log has not delivered yet. They have no position, so they cover whatever matches
 * them, however new: until the log delivers them, what they cover is not served from the cache here.
 */
public final class PendingPurges {
    /** The most targets that are held at a time. */
    public static final int MAX_TARGETS = 16_384;

    private record Entry(String id, boolean hard, List<Cover> covers) {}

    private final Map<Cover, Integer> exact = new ConcurrentHashMap<>(); // how often each is expected
    private volatile List<Entry> entries = List.of();
    private volatile List<Cover> others = List.of();

    /** Whether there is room for it; one purge more than fits is not held. */
    public boolean add(Purge purge) {
        List<Entry> before = entries;
        int targets = purge.targets().size()
                + before.stream().mapToInt(entry -> entry.covers.size()).sum();
        if (targets > MAX_TARGETS) {
            return false;
        }
        List<Cover> covers = purge.targets().stream().map(Cover::of).toList();
        covers.stream().filter(PendingPurges::isExact).forEach(cover -> exact.merge(cover, 1, Integer::sum));
        List<Entry> next = new ArrayList<>(before);
        next.add(new Entry(purge.id(), purge.mode() == Purge.Mode.HARD, covers));
        entries = next;
        others = others(next);
        return true;
    }

    public boolean remove(String purgeId) {
        List<Entry> now = entries;
        if (now.isEmpty()) {
            return false;
        }
        List<Entry> next = new ArrayList<>(now.size());
        for (Entry entry : now) {
            if (entry.id.equals(purgeId)) {
                entry.covers.stream()
                        .filter(PendingPurges::isExact)
                        .forEach(cover -> exact.computeIfPresent(cover, (_, n) -> n == 1 ? null : n - 1));
            } else {
                next.add(entry);
            }
        }
        entries = next;
        others = others(next);
        return next.size() < now.size();
    }

    private static List<Cover> others(List<Entry> entries) {
        return entries.stream()
                .flatMap(entry -> entry.covers.stream())
                .filter(cover -> !isExact(cover))
                .toList();
    }

    /** Whether it is looked up and need not be tried. */
    private static boolean isExact(Cover cover) {
        return switch (cover) {
            case Cover.Url _, Cover.Host _, Cover.Tag _, Cover.Group _ -> true;
            case Cover.Prefix _, Cover.Pattern _, Cover.Everything _, Cover.Nothing _ -> false;
        };
    }

    public boolean cover(PurgeSubject subject) {
        if (entries.isEmpty()) {
            return false;
        }
        return (!exact.isEmpty() && (coverPlace(subject) || coverTags(subject)))
                || others.stream().anyMatch(cover -> cover.covers(subject));
    }

    private boolean coverPlace(PurgeSubject subject) {
        String path = Cover.pathOf(subject);
        String pathAndQuery = Cover.pathAndQueryOf(subject);
        return isUrl("", path, pathAndQuery)
                || subject.hosts().stream()
                        .anyMatch(host -> isUrl(host, path, pathAndQuery) || exact.containsKey(new Cover.Host(host)));
    }

    private boolean isUrl(String host, String path, String pathAndQuery) {
        return exact.containsKey(new Cover.Url(new Reach(host, path)))
                || exact.containsKey(new Cover.Url(new Reach(host, pathAndQuery)));
    }

    private boolean coverTags(PurgeSubject subject) {
        return subject.tags().stream()
                .anyMatch(tag -> exact.containsKey(new Cover.Tag(tag))
                        || exact.containsKey(new Cover.Group(Cover.Group.nameOf(subject, tag))));
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
