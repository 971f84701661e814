package io.tidemark.invalidation.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.invalidation.log.Publisher;
import io.tidemark.invalidation.log.ReceiptBoard;
import io.tidemark.invalidation.log.ReceiptsProperties;
import io.tidemark.invalidation.sources.Source;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.mock.web.MockHttpServletRequest;

/** An instance that has not read the log yet could only let clients wait in vain: it takes no purge. */
class WithoutReceiptsTest {
    private final Intake intake = mock(Intake.class);
    private final Publisher publisher = mock(Publisher.class);
    private final ReceiptBoard receipts = mock(ReceiptBoard.class);
    private final SignedPurges purges = new SignedPurges(
            intake,
            publisher,
            mock(Repurges.class),
            receipts,
            InstantSource.system(),
            new ReceiptsProperties(10, 10, Duration.ofSeconds(3), Duration.ofSeconds(30), 10),
            new SimpleMeterRegistry());

    private final Source source = mock(Source.class);
    private final Message<PurgeRequest> message = Message.of(
            source, "message-1", new byte[0], new PurgeRequest(List.of(Target.all()), Purge.Mode.HARD, false));

    @Test
    void isRefusedAndMayBeSentAgain() {
        when(receipts.isCaughtUp()).thenReturn(false);
        assertThatThrownBy(() -> purges.publish(message, new MockHttpServletRequest()))
                .isInstanceOfSatisfying(RefusedException.class, refused -> {
                    assertThat(refused.problem().getStatus()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE.value());
                    assertThat(refused.problem().getType()).hasToString("urn:tidemark:problem:receipts-unavailable");
                    assertThat(refused.headers().getFirst(HttpHeaders.RETRY_AFTER))
                            .isEqualTo("1");
                });
        verifyNoInteractions(intake, publisher);
    }

    @Test
    void isTakenOnceTheLogWasRead() throws Exception {
        when(source.name()).thenReturn("catalog");
        when(receipts.isCaughtUp()).thenReturn(true);
        when(receipts.receipt(any())).thenReturn(Optional.empty());
        when(intake.once(any(), any())).thenReturn(new Intake.Outcome.Published(new Position("log", 1)));
        assertThat(purges.publish(message, new MockHttpServletRequest()).getStatusCode())
                .isEqualTo(HttpStatus.ACCEPTED);
        verify(intake).once(any(), any());
    }
}
