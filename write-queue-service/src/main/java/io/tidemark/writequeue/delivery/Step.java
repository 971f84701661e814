package io.tidemark.writequeue.delivery;

import java.time.Duration;

/** What a lane does after it tried to get its first write on. */
sealed interface Step {
    /** The write is finished: delivered, a dead letter, or not to be delivered. */
    record Done() implements Step {}

    /** The lane tries again after this time, or when a write has come before its first one. */
    record Wait(Duration time) implements Step {}
}
