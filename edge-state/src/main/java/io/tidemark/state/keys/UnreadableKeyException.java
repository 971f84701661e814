package io.tidemark.state.keys;

/** A subject has a data key that cannot be opened here, so nothing can be sealed for it: another one would undo what is there. */
public final class UnreadableKeyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnreadableKeyException(Sealer.Unreadable why) {
        super("a data key cannot be opened: " + why.label(), null, false, false);
    }
}
