package io.tidemark.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contracts.Inquiry;
import io.tidemark.contracts.InquiryAnswer;
import io.tidemark.contracts.InquiryAnswer.Outcome;
import io.tidemark.contracts.RecordCodec;
import io.tidemark.contracts.Topics;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class InquiryResponderTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());

    private static RememberedRequests remembering(RememberedRequests.@Nullable Remembered request) {
        return new RememberedRequests() {
            @Override
            public @Nullable Remembered find(Inquiry inquiry) {
                return request;
            }

            @Override
            public @Nullable Instant since() {
                return NOW;
            }
        };
    }

    private InquiryAnswer answer(RememberedRequests.@Nullable Remembered request) {
        ask(request, NOW);
        assertThat(producer.history()).singleElement().satisfies(record -> {
            assertThat(record.topic()).isEqualTo(Topics.INQUIRY_ANSWERS);
            assertThat(record.key()).asString().isEqualTo("q");
        });
        return RecordCodec.INQUIRY_ANSWER.decode(producer.history().getFirst().value());
    }

    private void ask(RememberedRequests.@Nullable Remembered request, Instant askedAt) {
        new InquiryResponder(new Heartbeat.Identity("eu", "eu-1", "eu-1-a"), remembering(request), producer, () -> NOW)
                .answer(RecordCodec.INQUIRY.encode(new Inquiry(1, "q", "r", null, null, askedAt)));
    }

    @Test
    void whatIsRememberedIsTold() {
        InquiryAnswer answer = answer(new RememberedRequests.Remembered(Map.of("cache", "MISS"), false));
        assertThat(answer.inquiry()).isEqualTo("q");
        assertThat(answer.instance()).isEqualTo("eu-1-a");
        assertThat(answer.outcome()).isEqualTo(Outcome.KNOWN);
        assertThat(answer.since()).isEqualTo(NOW);
        assertThat(answer.explanation()).containsEntry("cache", "MISS");
    }

    @Test
    void ofWhatKeepsToTheRegionNothingIsTold() {
        InquiryAnswer answer = answer(new RememberedRequests.Remembered(Map.of("cache", "MISS"), true));
        assertThat(answer.outcome()).isEqualTo(Outcome.KEPT_THERE);
        assertThat(answer.explanation()).isNull();
    }

    @Test
    void whatIsTooLargeForARecordIsSaidToBe() {
        String much = "x".repeat(InquiryResponder.LARGEST);
        InquiryAnswer answer = answer(new RememberedRequests.Remembered(Map.of("much", much), false));
        assertThat(answer.outcome()).isEqualTo(Outcome.TOO_LARGE);
        assertThat(answer.explanation()).isNull();
    }

    @Test
    void whoDoesNotKnowItSaysSo() {
        assertThat(answer(null).outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void whatNobodyWaitsForAnyMoreIsPassedOver() {
        ask(null, NOW.minusSeconds(11));
        assertThat(producer.history()).isEmpty();
    }
}
