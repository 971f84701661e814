package io.tidemark.contracts;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One record of {@link Topics#INQUIRY_ANSWERS}: a gateway's answer to an {@link Inquiry}.
 *
 * @param inquiry the id of the question
 * @param instance the answering process, as in its {@link Watermark}
 * @param since how far its memory goes back; null: it is empty
 * @param explanation as the gateway's own {@code /actuator/explain} says it; null but where it is {@link Outcome#KNOWN}
 */
public record InquiryAnswer(
        int schema,
        String inquiry,
        String region,
        String colo,
        String instance,
        Outcome outcome,
        @Nullable Instant since,
        @Nullable Map<String, @Nullable Object> explanation) {
    public static final int SCHEMA = 1;

    /** What a gateway knows. */
    public enum Outcome {
        @JsonProperty("known")
        KNOWN,
        /** It never came there, or is forgotten. */
        @JsonProperty("unknown")
        UNKNOWN,
        /** It is known there, and is not told to other regions: its data keep to one. */
        @JsonProperty("kept-there")
        KEPT_THERE,
        /** It is known there, and more than an answer may be. */
        @JsonProperty("too-large")
        TOO_LARGE
    }
}
