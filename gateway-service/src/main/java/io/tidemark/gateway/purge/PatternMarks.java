package io.tidemark.gateway.purge;

import io.tidemark.gateway.cache.PurgeSubject;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/**
 * The purged patterns, oldest first. They cannot be looked up, only tried, so they are tried from the newest back to what
 * the asker knows already. One writer, any number of readers without a lock.
 */
final class PatternMarks {
    /**
     * @param stamp the change of the ledger that brought it
     */
    private record Entry(Cover.Pattern cover, long offset, boolean hard, long stamp) {}

    /** What trying them may cost; a host that purges by more patterns is purged as a whole more often. */
    static final int MOST_OF_ONE_HOST = 250;

    private volatile List<Entry> entries = List.of();

    /**
     * Adds a pattern; an older purge of the same pattern and mode is forgotten, the new one says more. Of a host that has
     * {@value #MOST_OF_ONE_HOST} the older half is forgotten.
     *
     * @param forgotten told what covers a host's forgotten patterns, before they are
     */
    void add(Cover.Pattern cover, long offset, boolean hard, long stamp, Consumer<Mark> forgotten) {
        List<Entry> next = new ArrayList<>(entries.size() + 1);
        int ofHost = 0;
        for (Entry entry : entries) {
            if (entry.hard != hard || !entry.cover.equals(cover)) {
                next.add(entry);
                ofHost += entry.cover.host().equals(cover.host()) ? 1 : 0;
            }
        }
        if (ofHost >= MOST_OF_ONE_HOST && !cover.host().isEmpty()) {
            forgotten.accept(dropOldest(cover.host(), ofHost / 2, next));
        }
        next.add(new Entry(cover, offset, hard, stamp));
        entries = next;
    }

    private static Mark dropOldest(String host, int number, List<Entry> from) {
        Mark mark = Mark.UNMARKED;
        int left = number;
        for (Iterator<Entry> each = from.iterator(); left > 0 && each.hasNext(); ) {
            Entry entry = each.next();
            if (entry.cover.host().equals(host)) {
                mark = mark.and(Mark.at(entry.offset, entry.hard));
                each.remove();
                left--;
            }
        }
        return mark;
    }

    /** The marks of the patterns that cover the subject, of those later than both the offset and the stamp. */
    Mark markOf(PurgeSubject subject, long afterOffset, long afterStamp) {
        List<Entry> now = entries;
        Mark mark = Mark.UNMARKED;
        for (int i = now.size() - 1; i >= 0; i--) {
            Entry entry = now.get(i);
            if (entry.offset <= afterOffset || entry.stamp <= afterStamp) {
                break;
            }
            if (entry.cover.covers(subject)) {
                mark = mark.and(Mark.at(entry.offset, entry.hard));
                if (entry.hard) {
                    break; // nothing says more
                }
            }
        }
        return mark;
    }

    int size() {
        return entries.size();
    }

    /** The offset of the entry that has this many older ones. */
    long offsetAt(int index) {
        return entries.get(index).offset;
    }

    void forgetThrough(long offset) {
        entries = entries.stream().filter(entry -> entry.offset > offset).toList();
    }
}
