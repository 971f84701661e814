package io.tidemark.gateway.purge;

import io.tidemark.gateway.cache.PurgeSubject;
import java.util.ArrayList;
import java.util.List;

/**
 * The purged patterns, oldest first. They cannot be looked up, only tried, so they are tried from the newest back to what
 * the asker knows already. One writer, any number of readers without a lock.
 */
final class PatternMarks {
    /**
     * @param stamp the change of the ledger that brought it
     */
    private record Entry(Cover.Pattern cover, long offset, boolean hard, long stamp) {}

    private volatile List<Entry> entries = List.of();

    /** Adds a pattern; an older purge of the same pattern and mode is forgotten, the new one says more. */
    void add(Cover.Pattern cover, long offset, boolean hard, long stamp) {
        List<Entry> next = new ArrayList<>(entries.size() + 1);
        for (Entry entry : entries) {
            if (entry.hard != hard || !entry.cover.equals(cover)) {
                next.add(entry);
            }
        }
        next.add(new Entry(cover, offset, hard, stamp));
        entries = next;
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
