package io.tidemark.gateway.analytics;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.commons.kafka.KafkaClients;
import io.tidemark.gateway.identity.GatewayIdentity;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AnalyticsProperties.class)
class AnalyticsConfiguration {
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty("tidemark.analytics.endpoint")
    static class ToEndpoint {
        @Bean
        Analytics analytics(AnalyticsProperties properties, GatewayIdentity gateway, MeterRegistry metrics) {
            EndpointSender sender = new EndpointSender(properties, new AnalyticsLines(gateway));
            return new Analytics(properties, sender, sender, metrics);
        }

        @Bean
        AnalyticsHealth analyticsHealthIndicator(Analytics analytics) {
            return new AnalyticsHealth(analytics);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty("tidemark.analytics.topic")
    static class ToTopic {
        @Bean
        Analytics analytics(
                AnalyticsProperties properties,
                GatewayIdentity gateway,
                ObjectProvider<KafkaClients> clients,
                MeterRegistry metrics) {
            KafkaClients kafka = clients.getIfAvailable();
            if (kafka == null) {
                throw new IllegalArgumentException("tidemark.analytics.topic needs tidemark.kafka.enabled");
            }
            TopicSender sender = new TopicSender(properties, new AnalyticsLines(gateway), kafka);
            return new Analytics(properties, sender, sender, metrics);
        }

        @Bean
        AnalyticsHealth analyticsHealthIndicator(Analytics analytics) {
            return new AnalyticsHealth(analytics);
        }
    }
}
