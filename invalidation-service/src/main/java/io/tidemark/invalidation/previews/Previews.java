package io.tidemark.invalidation.previews;

import io.tidemark.contracts.Preview;
import io.tidemark.contracts.PreviewCount;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.RecordCodec;
import io.tidemark.contracts.Target;
import io.tidemark.contracts.Topics;
import io.tidemark.invalidation.previews.GatewayAnswers.Gathered;
import io.tidemark.invalidation.previews.GatewayAnswers.Question;
import io.tidemark.invalidation.previews.GatewayAnswers.Reading;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/** Asks the gateways what a purge would cover. */
@Component
@EnableConfigurationProperties(PreviewsProperties.class)
public class Previews {
    private static final Reading<PreviewCount> COUNTS = new Reading<>(
            Topics.PREVIEW_COUNTS, RecordCodec.PREVIEW_COUNT, PreviewCount::preview, PreviewCount::instance);

    private final GatewayAnswers gateways;
    private final InstantSource clock;
    private final Duration timeout;

    Previews(GatewayAnswers gateways, InstantSource clock, PreviewsProperties properties) {
        this.gateways = gateways;
        this.clock = clock;
        this.timeout = properties.timeout();
    }

    /** Asks; gateways that do not answer in time are named in the result. Without Kafka none answers. */
    public PreviewResult preview(List<Target> targets, Purge.Mode mode) {
        String id = UUID.randomUUID().toString();
        Preview preview = new Preview(Preview.SCHEMA, id, targets, clock.instant());
        Gathered<PreviewCount> counts =
                gateways.ask(new Question<>(id, Topics.PREVIEWS, RecordCodec.PREVIEW, preview), COUNTS, timeout);
        return PreviewResult.of(targets, mode, counts.answers(), counts.live());
    }
}
