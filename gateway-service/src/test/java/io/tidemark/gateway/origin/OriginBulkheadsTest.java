package io.tidemark.gateway.origin;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.tidemark.gateway.http.Headers;
import io.tidemark.gateway.origin.OriginFailure.Reason;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;

class OriginBulkheadsTest {
    private static final String ORIGIN = "origin:80";

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final OriginBulkheads bulkheads = new OriginBulkheads(1, 0, Duration.ofSeconds(1), time, metrics);
    private final TestPublisher<ByteBuf> body = TestPublisher.create();
    private final Sinks.One<OriginAnswer> head = Sinks.one();
    private final List<OriginAnswer> answers = new ArrayList<>();

    private Disposable call() {
        return bulkheads.within(ORIGIN, head.asMono()).subscribe(answers::add);
    }

    private void answer() {
        head.tryEmitValue(new OriginAnswer(200, Headers.empty(), Instant.EPOCH, Instant.EPOCH, body.flux()));
    }

    private double active() {
        return metrics.get("tidemark.origin.connections")
                .tags("origin", ORIGIN, "state", "active")
                .gauge()
                .value();
    }

    @Test
    void aCallHasItsPlaceUntilTheAnswersBodyHasEnded() {
        var _ = call();
        assertThat(active()).isEqualTo(1);
        answer();
        assertThat(active()).isEqualTo(1);
        answers.getFirst().body().subscribe();
        assertThat(active()).isEqualTo(1);
        body.complete();
        assertThat(active()).isZero();
    }

    @Test
    void whoFindsNoPlaceIsRefused() {
        var _ = call();
        Reason[] refused = {null};
        bulkheads
                .within(ORIGIN, Mono.never())
                .subscribe(_ -> {}, failure -> refused[0] = ((OriginFailure) failure).reason());
        assertThat(refused[0]).isEqualTo(Reason.OVERLOADED);
        assertThat(active()).isEqualTo(1);
    }

    @Test
    void anotherOriginHasPlacesOfItsOwn() {
        var _ = call();
        bulkheads.within("other:80", head.asMono()).subscribe(answers::add);
        answer();
        assertThat(answers).hasSize(2);
    }

    @Nested
    class APlaceIsFreeAgainWhen {
        @Test
        void theCallFails() {
            var _ = bulkheads.within(ORIGIN, head.asMono()).subscribe(_ -> {}, _ -> {});
            head.tryEmitError(new OriginFailure(Reason.REFUSED, ORIGIN, null));
            assertThat(active()).isZero();
        }

        @Test
        void theCallerGoesBeforeTheAnswer() {
            call().dispose();
            assertThat(active()).isZero();
        }

        @Test
        void theCallerGoesWithTheAnswerAndHasNotReadItsBody() {
            Sinks.Empty<Void> later = Sinks.empty();
            Disposable caller = bulkheads
                    .within(ORIGIN, head.asMono())
                    .flatMap(_ -> later.asMono())
                    .subscribe();
            answer();
            assertThat(active()).isEqualTo(1);
            caller.dispose();
            assertThat(active()).isZero();
            body.assertCancelled(); // so that the connection is not kept for nobody
        }

        @Test
        void nobodyReadsTheBodyForTooLong() {
            var _ = call();
            answer();
            time.advanceTimeBy(HeldCall.UNREAD.minusMillis(1));
            assertThat(active()).isEqualTo(1);
            time.advanceTimeBy(Duration.ofMillis(1));
            assertThat(active()).isZero();
            body.assertCancelled();
        }

        @Test
        void theReaderOfTheBodyGoes() {
            var _ = call();
            answer();
            answers.getFirst().body().subscribe().dispose();
            assertThat(active()).isZero();
            body.assertCancelled();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "http://origin/x, origin:80",
        "http://origin:80/, origin:80",
        "https://origin, origin:443",
        "https://origin:8443/x?y, origin:8443",
        "http://[::1]:8084/, [::1]:8084"
    })
    void anOriginHasOneNameHoweverItsUriIsWritten(URI uri, String name) {
        assertThat(Origins.name(uri)).isEqualTo(name);
    }
}
