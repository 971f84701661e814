package io.tidemark.gateway.documents.regions;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.gateway.documents.store.Agenda;
import io.tidemark.gateway.documents.store.DocumentRedis;
import io.tidemark.gateway.documents.store.DocumentStore;
import io.tidemark.gateway.documents.store.DocumentsProperties;
import io.tidemark.gateway.documents.store.OriginForward;
import io.tidemark.gateway.documents.store.ReplicaStore;
import io.tidemark.gateway.identity.GatewayIdentity;
import io.tidemark.gateway.origin.OriginClient;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** What is done for documents beside their clients, by whichever gateway comes first; with other regions or without. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("tidemark.documents.enabled")
class AgendaConfiguration {
    /** Beside what the regions do. */
    @Bean
    @ConditionalOnProperty("tidemark.documents.origin.write-type")
    DocumentForwarder documentForwarder(
            DocumentsProperties properties,
            DocumentRedis redis,
            DocumentStore store,
            OriginClient origins,
            Environment environment,
            GatewayIdentity gateway,
            MeterRegistry metrics) {
        OriginForward settings = properties.origin();
        OriginWrites writes = new OriginWrites(
                origins,
                URI.create(environment.getProperty("tidemark.writes", "http://127.0.0.1:8083")),
                settings.timeout(),
                gateway.cacheName());
        return new DocumentForwarder(redis, store, writes, settings, metrics);
    }

    @Bean
    @ConditionalOnProperty("tidemark.documents.origin.write-type")
    HealthIndicator documentOriginHealthIndicator(DocumentForwarder forwarder) {
        return new OriginHealth(forwarder);
    }

    @Bean(initMethod = "start")
    AgendaWorker agendaWorker(
            DocumentsProperties properties,
            Agenda agenda,
            ObjectProvider<RegionPublisher> publisher,
            ObjectProvider<Comparison> comparison,
            ObjectProvider<RegionMeters> meters,
            ObjectProvider<DocumentForwarder> forwarder,
            ExecutorService documentWorkers) {
        List<AgendaWorker.Work> works = new ArrayList<>();
        publisher.ifAvailable(tells -> {
            RegionMeters seen = meters.getObject();
            Comparison compares = comparison.getObject();
            works.add(new AgendaWorker.Work(agenda.toPublish(), tells::publish, seen::waiting, tells.outage()));
            works.add(new AgendaWorker.Work(agenda.toSettle(), compares::tell, _ -> {}, tells.outage()));
        });
        forwarder.ifAvailable(forwards ->
                works.add(new AgendaWorker.Work(agenda.toForward(), forwards::forward, _ -> {}, forwards.outage())));
        return new AgendaWorker(
                works,
                agenda::walkAtTimes,
                documentWorkers,
                properties.regions().poll());
    }

    @Bean
    RegionalView regionalView(
            DocumentStore store,
            ReplicaStore replicas,
            GatewayIdentity gateway,
            DocumentsProperties properties,
            InstantSource clock) {
        return new RegionalView(store, replicas, gateway.region(), properties.regions(), clock);
    }
}
