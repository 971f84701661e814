package io.tidemark.gateway.log;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.commons.kafka.KafkaClients;
import io.tidemark.commons.purgelog.PurgeLog;
import io.tidemark.commons.topics.ServiceTopics;
import io.tidemark.commons.topics.TopicWatch;
import io.tidemark.commons.tracing.Span;
import io.tidemark.commons.tracing.Tracing;
import io.tidemark.contracts.KeyHoldings;
import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Topics;
import io.tidemark.gateway.identity.GatewayIdentity;
import io.tidemark.gateway.purge.Fence;
import io.tidemark.gateway.purge.LedgerView;
import io.tidemark.gateway.purge.PurgeLedger;
import io.tidemark.gateway.purge.PurgeView;
import io.tidemark.gateway.purge.WatermarkWaiters;
import io.tidemark.state.keys.KeyRing;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** With Kafka: the ledger follows {@link Topics#PURGES}, and heartbeats say how far. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "tidemark.kafka.enabled", matchIfMissing = true)
@EnableConfigurationProperties(PurgeProperties.class)
class KafkaPurgeConfiguration {
    /** Those that it reads, and those that it writes. */
    @Bean
    ServiceTopics serviceTopics(Environment environment) {
        Set<String> names = new HashSet<>(Set.of(
                Topics.PURGES,
                Topics.WATERMARKS,
                Topics.ERASURES,
                Topics.PREVIEWS,
                Topics.PREVIEW_COUNTS,
                Topics.INQUIRIES,
                Topics.INQUIRY_ANSWERS,
                Topics.KEYS));
        if (!Binder.get(environment)
                .bind("tidemark.documents.regions.others", Bindable.listOf(String.class))
                .orElse(List.of())
                .isEmpty()) {
            names.add(Topics.DOCUMENTS);
        }
        return new ServiceTopics(names);
    }

    @Bean
    PurgeLedger purgeLedger(PurgeProperties properties) {
        return new PurgeLedger(PurgeLedger.UNREAD, properties.limits());
    }

    @Bean
    Fence purgeFence(PurgeProperties properties) {
        return new Fence(properties.fence());
    }

    @Bean
    WatermarkWaiters watermarkWaiters(PurgeLedger ledger) {
        return new WatermarkWaiters(ledger);
    }

    @Bean
    PurgeView purgeView(PurgeLedger ledger, Fence fence, WatermarkWaiters waiters, KafkaClients clients) {
        LogEnd end = new LogEnd(new PurgeLogProbe(clients.questions())::end);
        return new LedgerView(ledger, () -> fence.standing(System.nanoTime()), waiters, end::ask);
    }

    @Bean
    Heartbeat.Identity heartbeatIdentity(GatewayIdentity gateway) {
        return new Heartbeat.Identity(gateway.region(), gateway.colo(), gateway.colo() + '-' + UUID.randomUUID());
    }

    @Bean
    LogPurger purger(PurgeLedger ledger, PurgeLog purgeLog, Heartbeat.Identity identity, Tracing tracing) {
        return new LogPurger(
                ledger,
                (purge, traceparent) -> published(purgeLog, purge, traceparent, tracing),
                identity.colo(),
                InstantSource.system());
    }

    /** As a step of the request that purges, whose answer does not wait for it: so of a trace that ends by itself. */
    static CompletableFuture<Position> published(
            PurgeLog purgeLog, Purge purge, @Nullable String traceparent, Tracing tracing) {
        Span span = tracing.follow(traceparent, purge.requestId(), Span.Kind.INTERNAL, "purge");
        return purgeLog.publish(purge, span).whenComplete((_, _) -> span.end());
    }

    @Bean
    PurgeMetrics purgeMetrics(MeterRegistry registry, PurgeLedger ledger, Fence fence) {
        return new PurgeMetrics(registry, ledger, fence, InstantSource.system());
    }

    @Bean
    PurgeLink purgeLink(
            PurgeLedger ledger,
            Fence fence,
            WatermarkWaiters waiters,
            LogPurger purger,
            Heartbeat.Identity identity,
            ObjectProvider<GatewayStats> stats,
            ObjectProvider<KeyRing> keys,
            PurgeProperties properties,
            PurgeMetrics metrics,
            KafkaClients clients,
            TopicWatch topics,
            Tracing tracing) {
        KeyRing ring = keys.getIfAvailable();
        return new PurgeLink(() -> {
            Producer<byte[], byte[]> producer = PurgeClients.heartbeatProducer(clients, properties.fence());
            Heartbeat heartbeat = new Heartbeat(
                    identity,
                    ledger,
                    fence,
                    producer,
                    stats.getIfAvailable(() -> GatewayStats.NONE),
                    ring == null ? () -> KeyHoldings.NONE : ring::holdings,
                    properties.heartbeat(),
                    InstantSource.system(),
                    metrics::heartbeatAcknowledged);
            PurgeLogReader reader = new PurgeLogReader(
                    ledger,
                    fence,
                    new PurgeLogProbe(clients.questions()),
                    () -> PurgeClients.consumer(clients),
                    System::nanoTime,
                    List.of(heartbeat::moved, waiters),
                    (purge, appendedAt) -> {
                        purger.delivered(purge);
                        appendedAt.ifPresent(metrics::applied);
                    },
                    tracing,
                    topics::lookSoon);
            metrics.lag(reader::lag);
            return new PurgeLink.Parts(reader, heartbeat, producer);
        });
    }

    @Bean
    QuestionReader previewReader(
            Heartbeat.Identity identity,
            ObjectProvider<StoredSubjects> subjects,
            Producer<byte[], byte[]> purgeLogProducer,
            KafkaClients clients) {
        PreviewResponder responder = new PreviewResponder(
                identity,
                visitor -> subjects.ifAvailable(stored -> stored.forEach(visitor)),
                purgeLogProducer,
                InstantSource.system());
        return new QuestionReader("previews", Topics.PREVIEWS, responder, () -> PurgeClients.consumer(clients));
    }

    @Bean
    QuestionReader inquiryReader(
            Heartbeat.Identity identity,
            ObjectProvider<RememberedRequests> requests,
            Producer<byte[], byte[]> purgeLogProducer,
            KafkaClients clients) {
        InquiryResponder responder = new InquiryResponder(
                identity,
                requests.getIfAvailable(() -> RememberedRequests.NONE),
                purgeLogProducer,
                InstantSource.system());
        return new QuestionReader("inquiries", Topics.INQUIRIES, responder, () -> PurgeClients.consumer(clients));
    }

    @Bean
    PurgeLogHealth purgeLogHealthIndicator(PurgeLedger ledger, Fence fence) {
        return new PurgeLogHealth(ledger, fence);
    }
}
