package io.tidemark.invalidation.explanations;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.tidemark.contracts.InquiryAnswer;
import io.tidemark.invalidation.receipts.GatewayStatus;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the fleet knows of a request.
 *
 * @param complete whether every live gateway has answered
 * @param gateways those that have, who knows it first
 * @param silent those that have not
 */
public record FleetExplanation(boolean complete, List<Answered> gateways, List<Silent> silent) {
    /** A gateway's answer; see {@link InquiryAnswer}. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Answered(
            String region,
            String colo,
            String instance,
            InquiryAnswer.Outcome outcome,
            @Nullable Instant since,
            @Nullable Map<String, @Nullable Object> explanation) {}

    /** A gateway that did not answer. */
    public record Silent(String region, String colo, String instance) {}

    static FleetExplanation of(Collection<InquiryAnswer> answers, List<GatewayStatus> live) {
        List<Answered> answered = answers.stream()
                .sorted(Comparator.comparing(InquiryAnswer::outcome)
                        .thenComparing(InquiryAnswer::region)
                        .thenComparing(InquiryAnswer::instance))
                .map(answer -> new Answered(
                        answer.region(),
                        answer.colo(),
                        answer.instance(),
                        answer.outcome(),
                        answer.since(),
                        answer.explanation()))
                .toList();
        List<Silent> silent = live.stream()
                .filter(gateway ->
                        answers.stream().noneMatch(answer -> answer.instance().equals(gateway.instance())))
                .map(gateway -> new Silent(gateway.region(), gateway.colo(), gateway.instance()))
                .toList();
        return new FleetExplanation(silent.isEmpty(), answered, silent);
    }

    /** Whether nobody who has answered knows it. */
    boolean isUnknown() {
        return gateways.stream().allMatch(gateway -> gateway.outcome == InquiryAnswer.Outcome.UNKNOWN);
    }
}
