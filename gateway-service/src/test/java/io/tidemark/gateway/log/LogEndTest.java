package io.tidemark.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contracts.Position;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LogEndTest {
    private final AtomicInteger questions = new AtomicInteger();
    private final BlockingQueue<Position> answers = new LinkedBlockingQueue<>();

    private final LogEnd end = new LogEnd(() -> {
        questions.incrementAndGet();
        try {
            Position answer = answers.poll(30, TimeUnit.SECONDS);
            if (answer == null || answer.epoch().equals("none")) {
                throw new IllegalStateException("no answer");
            }
            return answer;
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    });

    private static Optional<Position> got(CompletableFuture<Optional<Position>> answer) throws Exception {
        return answer.get(30, TimeUnit.SECONDS);
    }

    @Test
    void whoAsksWhileAQuestionIsUnderWayGetsTheAnswerOfTheNext() throws Exception {
        CompletableFuture<Optional<Position>> first = end.ask().toCompletableFuture();
        CompletableFuture<Optional<Position>> second = end.ask().toCompletableFuture();
        CompletableFuture<Optional<Position>> third = end.ask().toCompletableFuture();

        answers.add(new Position("e", 1));
        assertThat(got(first)).hasValue(new Position("e", 1));
        assertThat(second).isNotDone();
        answers.add(new Position("e", 2));

        assertThat(got(second)).hasValue(new Position("e", 2));
        assertThat(got(third)).hasValue(new Position("e", 2));
        assertThat(questions).hasValue(2);
    }

    @Test
    void whoGivesUpDoesSoAlone() throws Exception {
        CompletableFuture<Optional<Position>> first = end.ask().toCompletableFuture();
        CompletableFuture<Optional<Position>> second = end.ask().toCompletableFuture();
        CompletableFuture<Optional<Position>> third = end.ask().toCompletableFuture();
        first.cancel(true);
        second.cancel(true);

        answers.add(new Position("e", 1));
        answers.add(new Position("e", 2));

        assertThat(got(third)).hasValue(new Position("e", 2));
    }

    @Test
    void aLogThatDoesNotSayIsAskedAgainByTheNext() throws Exception {
        answers.add(new Position("none", 0));
        assertThat(got(end.ask().toCompletableFuture())).isEmpty();
        answers.add(new Position("e", 3));

        assertThat(got(end.ask().toCompletableFuture())).hasValue(new Position("e", 3));
    }
}
