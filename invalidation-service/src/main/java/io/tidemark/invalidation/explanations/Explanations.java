package io.tidemark.invalidation.explanations;

import io.tidemark.contracts.Inquiry;
import io.tidemark.contracts.InquiryAnswer;
import io.tidemark.contracts.RecordCodec;
import io.tidemark.contracts.Topics;
import io.tidemark.invalidation.previews.GatewayAnswers;
import io.tidemark.invalidation.previews.GatewayAnswers.Gathered;
import io.tidemark.invalidation.previews.GatewayAnswers.Question;
import io.tidemark.invalidation.previews.GatewayAnswers.Reading;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/** Asks all gateways what became of a request. Thread-safe; blocks until they have answered, or the time is over. */
@Component
@EnableConfigurationProperties(ExplanationsProperties.class)
public class Explanations {
    private static final Reading<InquiryAnswer> ANSWERS = new Reading<>(
            Topics.INQUIRY_ANSWERS, RecordCodec.INQUIRY_ANSWER, InquiryAnswer::inquiry, InquiryAnswer::instance);

    private final GatewayAnswers gateways;
    private final InstantSource clock;
    private final ExplanationsProperties properties;
    private final Semaphore places;

    Explanations(GatewayAnswers gateways, InstantSource clock, ExplanationsProperties properties) {
        this.gateways = gateways;
        this.clock = clock;
        this.properties = properties;
        this.places = new Semaphore(properties.atOnce());
    }

    /** What comes of a question. */
    sealed interface Outcome {
        /** At least one gateway answered, or there is none. */
        record Answered(FleetExplanation explanation) implements Outcome {}

        /** So many are asked already. */
        record TooMany(int atOnce) implements Outcome {}

        /** The log is out of reach. */
        record Unasked() implements Outcome {}
    }

    Outcome ask(Asked asked) {
        if (!places.tryAcquire()) {
            return new Outcome.TooMany(properties.atOnce());
        }
        try {
            String id = UUID.randomUUID().toString();
            Inquiry inquiry = asked.inquiry(id, clock.instant());
            Gathered<InquiryAnswer> gathered = gateways.ask(
                    new Question<>(id, Topics.INQUIRIES, RecordCodec.INQUIRY, inquiry), ANSWERS, properties.timeout());
            return gathered.asked()
                    ? new Outcome.Answered(FleetExplanation.of(gathered.answers(), gathered.live()))
                    : new Outcome.Unasked();
        } finally {
            places.release();
        }
    }
}
