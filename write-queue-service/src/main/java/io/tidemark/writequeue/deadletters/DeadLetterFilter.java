package io.tidemark.writequeue.deadletters;

import io.tidemark.writequeue.status.WriteState;
import io.tidemark.writequeue.status.WriteStatus;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which dead letters are meant; an absent member means any.
 *
 * @param isClient whether what is stored of a client's name is that client's; of personal ones a name that stands for it is
 */
record DeadLetterFilter(
        @Nullable String type,
        @Nullable String client,
        Predicate<String> isClient,
        @Nullable String orderingKey) {
    DeadLetterFilter(@Nullable String type, @Nullable String client, @Nullable String orderingKey) {
        this(type, client, stored -> stored.equals(client), orderingKey);
    }

    boolean includes(WriteStatus status) {
        return status.state() == WriteState.DEAD_LETTERED
                && (type == null || type.equals(status.type()))
                && (client == null || isClient.test(status.client()))
                && (orderingKey == null || orderingKey.equals(status.orderingKey()));
    }
}
