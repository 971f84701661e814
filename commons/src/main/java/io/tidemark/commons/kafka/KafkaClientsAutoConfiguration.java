package io.tidemark.commons.kafka;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.ProducerFactory;

/**
 * The clients of Boot's own factories, to which connection details, SSL bundles and customizers were applied. Left out with
 * {@code tidemark.kafka.enabled=false}.
 */
@AutoConfiguration(after = KafkaAutoConfiguration.class)
@ConditionalOnProperty(name = "tidemark.kafka.enabled", matchIfMissing = true)
public class KafkaClientsAutoConfiguration {
    @Bean
    KnownTopics knownTopics() {
        return new KnownTopics();
    }

    @Bean
    KafkaClients kafkaClients(
            ConsumerFactory<?, ?> consumers, ProducerFactory<?, ?> producers, KafkaAdmin admin, KnownTopics topics) {
        return new KafkaClients(
                new KafkaClients.Settings(
                        consumers.getConfigurationProperties(),
                        producers.getConfigurationProperties(),
                        admin.getConfigurationProperties()),
                topics);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(HealthIndicator.class)
    static class Healths {
        @Bean
        HealthIndicator kafkaHealthIndicator(KafkaClients clients) {
            return new KafkaHealth(clients);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MeterBinder.class)
    static class Metrics {
        @Bean
        MeterBinder kafkaClientsMetrics(KafkaClients clients) {
            return registry -> {
                Gauge.builder(
                                "tidemark.kafka.answers",
                                clients,
                                of -> of.questions().isAnswered() ? 1 : 0)
                        .description("1 while brokers answer questions, be it by a refusal")
                        .register(registry);
                FunctionCounter.builder("tidemark.kafka.clients.renewed", clients, KafkaClients::renewals)
                        .description("Clients that were made anew, after a time-out or because their thread had ended")
                        .register(registry);
            };
        }
    }
}
