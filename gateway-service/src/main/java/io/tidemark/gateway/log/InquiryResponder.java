package io.tidemark.gateway.log;

import io.tidemark.contracts.Inquiry;
import io.tidemark.contracts.InquiryAnswer;
import io.tidemark.contracts.InquiryAnswer.Outcome;
import io.tidemark.contracts.RecordCodec;
import io.tidemark.contracts.Topics;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Answers what this gateway remembers of a request: all regions read the answer. */
final class InquiryResponder implements QuestionReader.Responder {
    /** The most that an answer may have, in bytes: a record of Kafka's has at most 1 MB. */
    static final int LARGEST = 512 * 1024;

    private final Heartbeat.Identity identity;
    private final RememberedRequests requests;
    private final Producer<byte[], byte[]> producer;
    private final InstantSource clock;

    InquiryResponder(
            Heartbeat.Identity identity,
            RememberedRequests requests,
            Producer<byte[], byte[]> producer,
            InstantSource clock) {
        this.identity = identity;
        this.requests = requests;
        this.producer = producer;
        this.clock = clock;
    }

    @Override
    public void answer(byte[] question) {
        Inquiry inquiry = RecordCodec.INQUIRY.decode(question);
        if (inquiry.askedAt().isBefore(clock.instant().minus(QuestionReader.PATIENCE))) {
            return;
        }
        byte[] key = inquiry.id().getBytes(StandardCharsets.UTF_8);
        var _ = producer.send(new ProducerRecord<>(Topics.INQUIRY_ANSWERS, 0, key, answer(inquiry)));
    }

    private byte[] answer(Inquiry inquiry) {
        RememberedRequests.Remembered known = requests.find(inquiry);
        if (known == null) {
            return answer(inquiry, Outcome.UNKNOWN, null);
        }
        if (known.isOfTheRegion()) {
            return answer(inquiry, Outcome.KEPT_THERE, null);
        }
        byte[] answer = answer(inquiry, Outcome.KNOWN, known.explanation());
        return answer.length <= LARGEST ? answer : answer(inquiry, Outcome.TOO_LARGE, null);
    }

    private byte[] answer(Inquiry inquiry, Outcome outcome, @Nullable Map<String, @Nullable Object> explanation) {
        return RecordCodec.INQUIRY_ANSWER.encode(new InquiryAnswer(
                InquiryAnswer.SCHEMA,
                inquiry.id(),
                identity.region(),
                identity.colo(),
                identity.instance(),
                outcome,
                requests.since(),
                explanation));
    }
}
