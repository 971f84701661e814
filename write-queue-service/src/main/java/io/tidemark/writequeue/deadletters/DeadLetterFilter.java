package io.tidemark.writequeue.deadletters;

import io.tidemark.writequeue.status.WriteState;
import io.tidemark.writequeue.status.WriteStatus;
import org.jspecify.annotations.Nullable;

/** Which dead letters are meant; an absent member means any. */
record DeadLetterFilter(
        @Nullable String type,
        @Nullable String client,
        @Nullable String orderingKey) {

    boolean includes(WriteStatus status) {
        return status.state() == WriteState.DEAD_LETTERED
                && (type == null || type.equals(status.type()))
                && (client == null || client.equals(status.client()))
                && (orderingKey == null || orderingKey.equals(status.orderingKey()));
    }
}
