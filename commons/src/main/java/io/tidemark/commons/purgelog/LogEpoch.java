package io.tidemark.commons.purgelog;

import io.tidemark.commons.kafka.BrokerQuestions;
import io.tidemark.contracts.Topics;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The purge topic's id. Thread-safe. At most one question is on its way to the broker, whatever the number of askers: who
 * comes while it is under way shares the next one, which is sent later than they came.
 */
final class LogEpoch {
    /** Between an answer and the next question, so that many purges at once cost few of them. */
    private static final long SPACING_MILLIS = 5;

    private final BrokerQuestions brokers;
    private @Nullable CompletableFuture<String> asked;
    private @Nullable CompletableFuture<String> next;
    private volatile @Nullable String known;

    LogEpoch(BrokerQuestions brokers) {
        this.brokers = brokers;
    }

    /** The last answer, however old; asks if there was none. */
    CompletableFuture<String> lastKnown() {
        String last = known;
        return last != null ? CompletableFuture.completedFuture(last) : asOfNow();
    }

    /** The topic's id at some moment after this call. Fails if the brokers do not answer. */
    CompletableFuture<String> asOfNow() {
        CompletableFuture<String> answer;
        synchronized (this) {
            if (asked != null) {
                if (next == null) {
                    next = new CompletableFuture<>();
                }
                return next;
            }
            answer = new CompletableFuture<>();
            asked = answer;
        }
        ask(answer);
        return answer;
    }

    private void ask(CompletableFuture<String> answer) {
        topicId().whenComplete((id, failure) -> {
            CompletableFuture<String> following;
            synchronized (this) {
                following = next;
                asked = following;
                next = null;
            }
            if (failure == null) {
                known = id;
                answer.complete(id);
            } else {
                answer.completeExceptionally(failure);
            }
            if (following != null) {
                CompletableFuture.delayedExecutor(SPACING_MILLIS, TimeUnit.MILLISECONDS)
                        .execute(() -> ask(following));
            }
        });
    }

    private CompletionStage<String> topicId() {
        return brokers.ask(admin -> Objects.requireNonNull(admin.describeTopics(List.of(Topics.PURGES))
                        .topicNameValues()
                        .get(Topics.PURGES)))
                .thenApply(description -> description.topicId().toString());
    }
}
