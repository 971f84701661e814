package io.tidemark.commons.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.commons.requests.LogSampling;
import io.tidemark.commons.requests.RequestId;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** W3C Trace Context. */
class TraceContextTest {
    private static final String ID = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String FIELD = "00-" + ID + "-00f067aa0ba902b7-01";

    @Test
    void aFieldIsReadAndWrittenAsItWas() {
        TraceContext context = TraceContext.parse(FIELD);
        assertThat(context).isNotNull();
        assertThat(context.text()).isEqualTo(FIELD);
        assertThat(context.traceId()).isEqualTo(ID);
        assertThat(context.sampled()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0x",
                "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01",
                "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01more"
            })
    void whatIsNoneIsNotRead(String field) {
        assertThat(TraceContext.parse(field)).isNull();
    }

    @Test
    void ofALaterVersionWhatIsKnownIsRead() {
        assertThat(TraceContext.parse("01-" + ID + "-00f067aa0ba902b7-01-more")).isNotNull();
    }

    @Test
    void aRequestsOwnIdIsItsTraces() {
        String id = RequestId.next();
        assertThat(TraceContext.ofRequest(id).traceId()).isEqualTo(id);
        assertThat(TraceContext.ofRequest("chosen")).isEqualTo(TraceContext.ofRequest("chosen"));
        assertThat(TraceContext.ofRequest("chosen").traceId())
                .isNotEqualTo(TraceContext.ofRequest("chosen2").traceId());
        assertThat(TraceContext.ofRequest("0".repeat(32)).traceId()).isNotEqualTo("0".repeat(32));
    }

    @Test
    void whoSaysThatItIsSampledDoesNotMakeItSo() {
        LogSampling sampling = new LogSampling(0.01, 1, System::nanoTime);
        long taken = IntStream.range(0, 100_000)
                .filter(i -> sampling.includes("one", "00-" + RequestId.next() + "-00f067aa0ba902b7-01"))
                .count();
        assertThat(taken).isBetween(700L, 1300L);
    }

    @Test
    void theLogsShareAndTheTracesAreTheSame() {
        LogSampling sampling = new LogSampling(0.3, 1, System::nanoTime);
        for (int i = 0; i < 1000; i++) {
            String id = RequestId.next();
            boolean inLog = sampling.includes(id);
            // What the next service is sent, by one that traces.
            String passedOn = TraceContext.ofRequest(id).at(i + 1, inLog).text();
            assertThat(sampling.includes(id, passedOn)).isEqualTo(inLog);
        }
    }
}
