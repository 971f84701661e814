package io.tidemark.invalidation.console;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.commons.drain.Drain;
import io.tidemark.invalidation.log.ReceiptBoard;
import io.tidemark.invalidation.purges.ShownPurges;
import java.time.InstantSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** What the console knows, whichever port it is shown on. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ConsoleProperties.class)
class ConsoleConfiguration {
    @Bean
    FleetHistory fleetHistory(ReceiptBoard receipts, InstantSource clock) {
        return new FleetHistory(receipts, clock);
    }

    @Bean
    Feed feed(FleetView fleet, ReceiptsView receipts) {
        return new Feed(fleet, receipts);
    }

    @Bean
    FleetView fleetView(ReceiptBoard receipts, FleetHistory history, JsonMapper json) {
        return new FleetView(receipts, history, json);
    }

    @Bean
    ReceiptsView receiptsView(ReceiptBoard receipts, ShownPurges shown, JsonMapper json) {
        return new ReceiptsView(receipts, shown, json);
    }

    @Bean
    FeedStreams feedStreams(
            Feed feed,
            FleetHistory history,
            ConsoleProperties properties,
            Drain drain,
            MeterRegistry meters,
            JsonMapper json) {
        FeedStreams streams = new FeedStreams(feed, history, properties.streams(), json);
        var _ = drain.onLastCall(streams::end);
        Gauge.builder("tidemark.console.streams", streams, FeedStreams::open)
                .description("pages of the console that are told of changes")
                .register(meters);
        return streams;
    }
}
