package io.tidemark.invalidation.receipts;

import org.jspecify.annotations.Nullable;

/** The barriers whose end was not asked for yet: all that are needed before the next question share one. */
final class Barriers {
    private @Nullable Barrier unasked;

    Barrier next() {
        Barrier barrier = unasked;
        if (barrier == null) {
            barrier = new Barrier();
            unasked = barrier;
        }
        return barrier;
    }

    @Nullable
    Barrier take() {
        Barrier barrier = unasked;
        unasked = null;
        return barrier;
    }
}
