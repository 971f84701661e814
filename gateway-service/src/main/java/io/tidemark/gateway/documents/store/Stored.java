package io.tidemark.gateway.documents.store;

import io.tidemark.documents.update.Update;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What Redis answers about a document. */
public sealed interface Stored {
    /** There is to be nothing of it, now and later. */
    record Erased() implements Stored {}

    /** Redis has another document by this name than the one that was read: it lost that one. */
    record Other() implements Stored {}

    /** It would be too large. */
    record TooLarge() implements Stored {}

    /** An edit is stored, with its number among the edits of the document. */
    record Edit(String epoch, long number) implements Stored {}

    /** What was to be done is done. */
    record Done() implements Stored {}

    /**
     * What comes after an edit.
     *
     * @param epoch tells the document from another of its name; empty if there is none yet
     * @param last the number of the last edit
     * @param snapshotAt the last edit that is in the snapshot, 0 without one
     * @param snapshot if it is newer than what was asked for
     * @param edits after that, in order
     */
    record Content(
            String epoch,
            long last,
            long snapshotAt,
            @Nullable Update snapshot,
            List<Update> edits) implements Stored {}
}
