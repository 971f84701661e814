package io.tidemark.gateway.purge;

import io.tidemark.contracts.Position;
import io.tidemark.contracts.Target;
import io.tidemark.gateway.cache.PurgeSubject;
import io.tidemark.gateway.cache.PurgeVerdict;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The purges of one epoch of the log: per target the offset of its last purge, whatever their number. One writer, any
 * number of readers without a lock.
 *
 * <p>Below the {@link #floor} nothing is remembered, and everything counts as purged. The floor rises before anything is
 * forgotten and is read after everything else, so that a reader beside it misses nothing.
 */
final class PurgeBook {
    /** Characters of a target that are counted as one target more. */
    private static final int CHARACTERS = 64;

    private final String epoch;
    private final Map<String, Mark> tags = new ConcurrentHashMap<>();
    private final Map<String, Mark> groups = new ConcurrentHashMap<>(); // by Cover.Group's names
    private final Map<String, Mark> urls = new ConcurrentHashMap<>();
    private final Map<String, Mark> hosts = new ConcurrentHashMap<>();
    private final Map<String, Mark> prefixes = new ConcurrentHashMap<>();
    private final PatternMarks patterns = new PatternMarks();
    private volatile int[] prefixLengths = {};
    private volatile Mark everything = Mark.UNMARKED;
    private volatile Mark anyTag = Mark.UNMARKED;
    private volatile Position watermark;
    private volatile long floor = Position.NOTHING_APPLIED;
    private long weight; // of the writer

    PurgeBook(String epoch) {
        this.epoch = epoch;
        this.watermark = new Position(epoch, Position.NOTHING_APPLIED);
    }

    String epoch() {
        return epoch;
    }

    Position watermark() {
        return watermark;
    }

    void add(Target target, long offset, boolean hard, long stamp) {
        Mark mark = Mark.at(offset, hard);
        switch (Cover.of(target)) {
            case Cover.Tag(String tag) -> {
                enter(tags, tag, mark);
                anyTag = anyTag.and(mark);
            }
            case Cover.Group(String name) -> {
                enter(groups, name, mark);
                anyTag = anyTag.and(mark);
            }
            case Cover.Nothing() -> {}
            case Cover.Host(String host) -> enter(hosts, host, mark);
            case Cover.Url(Reach reach) -> enter(urls, reach.host() + reach.rest(), mark);
            case Cover.Prefix(Reach reach) -> {
                enter(prefixes, reach.host() + reach.rest(), mark);
                addPrefixLength(reach.rest().length());
            }
            case Cover.Pattern pattern ->
                patterns.add(pattern, offset, hard, stamp, forgotten -> enter(hosts, pattern.host(), forgotten));
            case Cover.Everything() -> everything = everything.and(mark);
        }
    }

    private void enter(Map<String, Mark> marks, String name, Mark mark) {
        Mark known = marks.get(name);
        marks.put(name, known == null ? mark : known.and(mark));
        if (known == null) {
            weight += weightOf(name);
        }
    }

    private static long weightOf(String name) {
        return 1L + name.length() / CHARACTERS;
    }

    void advanceTo(long offset) {
        if (offset > watermark.offset()) {
            watermark = new Position(epoch, offset);
        }
    }

    /** @param knownThrough the stamp up to which the asker knows that no pattern covers the subject */
    PurgeVerdict verdict(PurgeSubject subject, long filledAt, long knownThrough) {
        Mark mark = everything.and(markOfTags(subject));
        if (mark.hard() <= filledAt) {
            mark = mark.and(markOfPlace(subject)).and(patterns.markOf(subject, filledAt, knownThrough));
        }
        if (filledAt < floor || mark.hard() > filledAt) {
            return PurgeVerdict.ABSENT;
        }
        return mark.soft() > filledAt ? PurgeVerdict.STALE : PurgeVerdict.VALID;
    }

    /** The offset of the last hard purge of a tag; empty if there was none. */
    String lastPurgeOf(String tag) {
        long last = tags.getOrDefault(tag, Mark.UNMARKED).hard();
        return last == Mark.NONE ? "" : Long.toString(last);
    }

    /** Whether any purge of a tag or a group came after the offset. */
    boolean hasTagsAfter(long offset) {
        return anyTag.last() > offset;
    }

    private Mark markOfTags(PurgeSubject subject) {
        Mark mark = Mark.UNMARKED;
        if (!tags.isEmpty()) {
            for (String tag : subject.tags()) {
                mark = mark.and(tags.getOrDefault(tag, Mark.UNMARKED));
            }
        }
        if (!groups.isEmpty()) {
            for (String tag : subject.tags()) {
                mark = mark.and(groups.getOrDefault(Cover.Group.nameOf(subject, tag), Mark.UNMARKED));
            }
        }
        return mark;
    }

    private Mark markOfPlace(PurgeSubject subject) {
        Mark mark = Mark.UNMARKED;
        int[] lengths = prefixLengths;
        if (urls.isEmpty() && hosts.isEmpty() && lengths.length == 0) {
            return mark;
        }
        String path = Cover.pathOf(subject);
        String pathAndQuery = Cover.pathAndQueryOf(subject);
        mark = markAt("", path, pathAndQuery, lengths);
        for (String host : subject.hosts()) {
            mark = mark.and(markAt(host, path, pathAndQuery, lengths)).and(hosts.getOrDefault(host, Mark.UNMARKED));
        }
        return mark;
    }

    private Mark markAt(String host, String path, String pathAndQuery, int[] lengths) {
        Mark mark = Mark.UNMARKED;
        if (!urls.isEmpty()) {
            mark = mark.and(urls.getOrDefault(host + path, Mark.UNMARKED))
                    .and(urls.getOrDefault(host + pathAndQuery, Mark.UNMARKED));
        }
        for (int length : lengths) {
            if (length > pathAndQuery.length()) {
                break;
            }
            mark = mark.and(prefixes.getOrDefault(host + pathAndQuery.substring(0, length), Mark.UNMARKED));
        }
        return mark;
    }

    private void addPrefixLength(int length) {
        int[] known = prefixLengths;
        int at = Arrays.binarySearch(known, length);
        if (at < 0) {
            int[] next = new int[known.length + 1];
            System.arraycopy(known, 0, next, 0, -at - 1);
            next[-at - 1] = length;
            System.arraycopy(known, -at - 1, next, -at, known.length + at + 1);
            prefixLengths = next;
        }
    }

    // --- forgetting -------------------------------------------------------------------------------------------------

    long floor() {
        return floor;
    }

    /** How many targets are remembered. */
    int size() {
        return tags.size() + groups.size() + urls.size() + hosts.size() + prefixes.size() + patterns.size();
    }

    /**
     * How much room they take, in targets of up to {@value #CHARACTERS} characters: a longer one counts for one more for each
     * {@value #CHARACTERS}. For the writer.
     */
    long weight() {
        return weight + patterns.size();
    }

    int patterns() {
        return patterns.size();
    }

    /** Takes every response that was filled before the offset for purged, and forgets what that makes needless. */
    void raiseFloor(long offset) {
        if (offset <= floor) {
            return;
        }
        floor = offset;
        maps().forEach(marks -> marks.values().removeIf(mark -> mark.last() <= offset));
        patterns.forgetThrough(offset);
        weight = names().mapToLong(PurgeBook::weightOf).sum();
    }

    private Stream<Map<String, Mark>> maps() {
        return Stream.of(tags, groups, urls, hosts, prefixes);
    }

    private Stream<String> names() {
        return maps().flatMap(marks -> marks.keySet().stream());
    }

    /** The offset below which the targets that take half of the room were purged last. */
    long median() {
        long[] offsets = maps().flatMap(marks -> marks.entrySet().stream())
                .flatMapToLong(entry -> LongStream.range(0, weightOf(entry.getKey()))
                        .map(_ -> entry.getValue().last()))
                .sorted()
                .toArray();
        return offsets.length == 0 ? floor : offsets[offsets.length / 2];
    }

    long medianOfPatterns() {
        return patterns.offsetAt(patterns.size() / 2);
    }
}
