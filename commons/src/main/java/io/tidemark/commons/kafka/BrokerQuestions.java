package io.tidemark.commons.kafka;

import io.tidemark.commons.outage.Outage;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Questions to the brokers, by one admin client for all. Thread-safe.
 *
 * <p>The client is made when somebody asks for the first time, so that a name that does not resolve yet is an answer that
 * failed. It is made anew when a question ends in time-out: it keeps in mind who led a partition and would go on asking
 * a broker that is gone, and one whose thread has ended answers nothing at all. Not more often than once per timeout.
 */
public final class BrokerQuestions implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(BrokerQuestions.class);

    private final Supplier<Admin> clients;
    private final Duration timeout;
    private final LongSupplier nanoTime;
    private final Outage outage;
    private final AtomicLong renewals = new AtomicLong();
    private @Nullable Admin admin;
    private long madeAt;
    private boolean closed;
    private volatile boolean answered;

    /**
     * @param clients makes an admin client; may fail
     * @param brokers their addresses, for what is said
     * @param timeout of each question; the client's own should be a little shorter, for it says why
     * @param nanoTime the monotonic clock, as {@link System#nanoTime}
     */
    public BrokerQuestions(Supplier<Admin> clients, String brokers, Duration timeout, LongSupplier nanoTime) {
        this.clients = clients;
        this.timeout = timeout;
        this.nanoTime = nanoTime;
        this.outage = new Outage(log, "Kafka (" + brokers + ") does not answer", "Kafka (" + brokers + ") answers");
    }

    /**
     * Asks. The answer fails with what the broker says, or with a {@link TimeoutException}; asking again is safe as far as
     * the question is one.
     */
    public <T> CompletableFuture<T> ask(Function<Admin, KafkaFuture<T>> question) {
        Admin asked;
        CompletableFuture<T> answer = new CompletableFuture<>(); // Kafka's own cannot be given up
        try {
            asked = admin();
            var _ = question.apply(asked).whenComplete((value, failure) -> {
                if (failure == null) {
                    answer.complete(value);
                } else {
                    answer.completeExceptionally(failure);
                }
            });
        } catch (RuntimeException failure) {
            outage.failed(failure);
            return CompletableFuture.failedFuture(failure);
        }
        return answer.orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
                .whenComplete((_, failure) -> ended(asked, failure));
    }

    /**
     * Asks and waits.
     *
     * @throws KafkaException what {@link #ask} fails with, as it is or as the cause
     */
    public <T> T answer(Function<Admin, KafkaFuture<T>> question) {
        return join(ask(question));
    }

    /** Waits for an answer; the same failures as {@link #answer}. */
    public static <T> T join(CompletableFuture<T> answer) {
        try {
            return answer.join();
        } catch (CompletionException | CancellationException failure) {
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            if (cause instanceof KafkaException kafka) {
                throw kafka;
            }
            throw new KafkaException(
                    cause instanceof TimeoutException ? "the brokers did not answer in time" : cause.getMessage(),
                    cause);
        }
    }

    /** Whether a failure says that a topic is not there. */
    public static boolean isMissingTopic(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnknownTopicOrPartitionException) {
                return true;
            }
        }
        return false;
    }

    /** Whether the last question was answered, be it by a refusal. */
    public boolean isAnswered() {
        return answered && !outage.lasts();
    }

    /** Why the last question was not answered; empty if it was. */
    public String why() {
        return outage.why();
    }

    /** How often the client was made anew. */
    public long renewals() {
        return renewals.get();
    }

    private void ended(Admin asked, @Nullable Throwable failure) {
        Throwable cause = failure == null ? null : Outage.innermost(failure);
        if (cause == null || !isSilence(cause)) {
            answered = true;
            outage.over();
            return;
        }
        outage.failed(cause);
        if (cause instanceof TimeoutException || cause instanceof org.apache.kafka.common.errors.TimeoutException) {
            renew(asked);
        }
    }

    /** No answer of a broker, not even a refusal. */
    private static boolean isSilence(Throwable cause) {
        return cause instanceof TimeoutException
                || cause instanceof AuthenticationException
                || (cause instanceof RetriableException && !(cause instanceof UnknownTopicOrPartitionException))
                || cause.getClass() == KafkaException.class;
    }

    private synchronized Admin admin() {
        if (closed) {
            throw new KafkaException("this service stops");
        }
        Admin present = admin;
        if (present == null) {
            present = clients.get();
            admin = present;
            madeAt = nanoTime.getAsLong();
        }
        return present;
    }

    @SuppressWarnings("ReferenceEquality") // this very client
    private void renew(Admin asked) {
        synchronized (this) {
            if (admin != asked || nanoTime.getAsLong() - madeAt < timeout.toNanos()) {
                return; // it was asked of one that is gone already, or that is too young to be wrong
            }
            admin = null;
        }
        renewals.incrementAndGet();
        log.debug("the admin client is made anew after a time-out");
        Thread.ofVirtual().name("kafka-admin-closes").start(() -> asked.close(Duration.ZERO));
    }

    @Override
    public void close() {
        Admin last;
        synchronized (this) {
            closed = true;
            last = admin;
            admin = null;
        }
        if (last != null) {
            last.close(Duration.ofSeconds(1));
        }
    }
}
