package io.tidemark.state.keys;

/** Whether a subject has a data key. */
public sealed interface DataKeyLookup {
    /** It has this one. */
    record Present(DataKey key) implements DataKeyLookup {}

    /**
     * What is sealed of the subject cannot be read.
     *
     * @param why {@link Sealer.Unreadable#NO_DATA_KEY} if there is none (any more); else one is there that cannot be opened here
     */
    record Absent(Sealer.Unreadable why) implements DataKeyLookup {}
}
