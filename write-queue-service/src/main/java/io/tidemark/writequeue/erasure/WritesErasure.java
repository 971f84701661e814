package io.tidemark.writequeue.erasure;

import io.tidemark.contracts.Position;
import io.tidemark.state.erasure.PersonStore;
import io.tidemark.writequeue.log.DeadLetter;
import io.tidemark.writequeue.log.DeadLetterReader;
import io.tidemark.writequeue.log.LogPlace;
import io.tidemark.writequeue.log.WriteLog;
import io.tidemark.writequeue.personal.PersonalWrites;
import io.tidemark.writequeue.status.DeadLetterIndex;
import io.tidemark.writequeue.status.WriteStatus;
import io.tidemark.writequeue.status.WritesOfClient;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * A person's writes that wait, or that are dead letters: each ends as erased. One that an attempt is under way for ends when that does;
 * until then it is left. Their records in the logs stay, and open no more when the person's data key is gone. Blocks.
 */
final class WritesErasure implements PersonStore {
    /** Longer than a request may be under way whose client is erased. */
    private static final Duration UNDER_WAY = Duration.ofHours(1);

    private final boolean dead;
    private final WritesOfClient writes;
    private final DeadLetterIndex index;
    private final DeadLetterReader reader;
    private final WriteLog log;
    private final Duration longestAttempt;

    /** @param dead whether it is of dead letters, or of what waits */
    WritesErasure(
            boolean dead,
            WritesOfClient writes,
            DeadLetterIndex index,
            DeadLetterReader reader,
            WriteLog log,
            Duration longestAttempt) {
        this.dead = dead;
        this.writes = writes;
        this.index = index;
        this.reader = reader;
        this.log = log;
        this.longestAttempt = longestAttempt;
    }

    @Override
    public String name() {
        return dead ? "dead-letters" : "writes";
    }

    @Override
    public CompletionStage<Long> erase(String person, Position position) {
        return done(() -> {
            String client = PersonalWrites.ofPerson(person);
            writes.erased(client, position.toString(), UNDER_WAY);
            return dead ? eraseDead(client) : eraseWaiting(client);
        });
    }

    private long eraseWaiting(String client) {
        return writes.waiting(client).stream()
                .filter(id -> writes.erase(id, client, longestAttempt))
                .count();
    }

    /** Its log says that it is one no more, so that it does not come back when Redis is emptied. */
    private long eraseDead(String client) {
        long count = 0;
        for (WriteStatus letter : writes.dead(client)) {
            index.place(letter.writeId())
                    .flatMap(this::read)
                    .ifPresent(found -> log.appendDead(
                            found.write(), found.left(DeadLetter.ERASED).encode()));
            count += writes.erase(letter.writeId(), client, longestAttempt) ? 1 : 0;
        }
        return count;
    }

    private java.util.Optional<DeadLetter> read(LogPlace place) {
        return reader.at(place);
    }

    @Override
    public CompletionStage<Long> left(String person) {
        return done(() -> writes.left(PersonalWrites.ofPerson(person), dead));
    }

    private static CompletionStage<Long> done(Supplier<Long> work) {
        try {
            return CompletableFuture.completedFuture(work.get());
        } catch (RuntimeException failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }
}
