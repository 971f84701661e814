package io.tidemark.gateway.documents.rooms;

import io.tidemark.documents.update.Update;
import io.tidemark.gateway.documents.store.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What a room has of its document: all edits up to one, and some after it. Thread-safe, and nothing is merged under its lock: who
 * asks for all of it while that is worked out shares the answer.
 */
final class Content {
    private String epoch = "";
    private long cursor;
    private long snapshotAt;
    private Update base = Update.EMPTY;
    private final List<Update> edits = new ArrayList<>();
    /** Edits after the first gap. */
    private final TreeSet<Long> ahead = new TreeSet<>();

    private @Nullable CompletableFuture<Update> merging;

    /** Empty as long as there is no document. */
    synchronized String epoch() {
        return epoch;
    }

    /** Whether something is of the same document. One that was not there may begin. */
    synchronized boolean isOf(String other) {
        return epoch.isEmpty() || epoch.equals(other);
    }

    /** The last edit before which none is missing. */
    synchronized long cursor() {
        return cursor;
    }

    /** The last edit in the store's snapshot. */
    synchronized long snapshotAt() {
        return snapshotAt;
    }

    synchronized long sinceSnapshot() {
        return cursor - snapshotAt;
    }

    /** Edits that are not merged yet. */
    synchronized int unmerged() {
        return edits.size();
    }

    synchronized boolean hasGap() {
        return !ahead.isEmpty();
    }

    /** Whether it was not there. Of a document that was not there it is the first. */
    synchronized boolean add(String of, long number, Update edit) {
        if (epoch.isEmpty()) {
            epoch = of;
        }
        if (number <= cursor || !ahead.add(number)) {
            return false;
        }
        edits.add(edit);
        advance();
        return true;
    }

    private void advance() {
        while (!ahead.isEmpty() && ahead.first() <= cursor + 1) {
            cursor = Math.max(cursor, ahead.removeFirst());
        }
    }

    /** Takes what was read; returns what was not there. A snapshot is all of it to those who have a part. */
    synchronized List<Update> take(Stored.Content read) {
        epoch = read.epoch();
        List<Update> missed = new ArrayList<>();
        Update snapshot = read.snapshot();
        if (snapshot != null) {
            missed.add(snapshot);
        }
        snapshotAt = Math.max(snapshotAt, read.snapshotAt());
        long number = read.last() - read.edits().size();
        for (Update edit : read.edits()) {
            number++;
            if (number > cursor && !ahead.contains(number)) {
                missed.add(edit);
            }
        }
        edits.addAll(missed);
        cursor = Math.max(cursor, read.last());
        advance();
        return missed;
    }

    synchronized void compacted(long at) {
        snapshotAt = Math.max(snapshotAt, at);
    }

    /** All of it as one update, without the content that was deleted. */
    synchronized CompletableFuture<Update> merged(Executor workers) {
        if (merging != null) {
            return merging.thenCompose(_ -> merged(workers));
        }
        if (edits.isEmpty()) {
            return CompletableFuture.completedFuture(base);
        }
        int taken = edits.size();
        List<Update> parts = new ArrayList<>(taken + 1);
        parts.add(base);
        parts.addAll(edits);
        CompletableFuture<Update> work = CompletableFuture.supplyAsync(
                        () -> Update.merge(parts).compacted(), workers)
                .whenComplete((all, _) -> merged(all, taken));
        merging = work.isDone() ? null : work;
        return work;
    }

    private synchronized void merged(@Nullable Update all, int taken) {
        merging = null;
        if (all != null) {
            base = all;
            edits.subList(0, taken).clear();
        }
    }
}
