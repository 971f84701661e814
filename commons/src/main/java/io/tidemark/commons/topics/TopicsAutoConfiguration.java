package io.tidemark.commons.topics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.tidemark.commons.kafka.KafkaClients;
import io.tidemark.commons.kafka.KafkaClientsAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Looks after the topics of a service, its {@link ServiceTopics}. Left out with {@code tidemark.kafka.enabled=false}. */
@AutoConfiguration(after = KafkaClientsAutoConfiguration.class)
@ConditionalOnProperty(name = "tidemark.kafka.enabled", matchIfMissing = true)
@EnableConfigurationProperties(TopicsProperties.class)
public class TopicsAutoConfiguration {
    @Bean
    TopicWatch topicWatch(
            ServiceTopics topics, TopicsProperties properties, KafkaClients clients, KafkaProperties kafka) {
        return new TopicWatch(topics, properties, clients, kafka.getAdmin().isAutoCreate());
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(HealthIndicator.class)
    static class Healths {
        @Bean
        HealthIndicator topicsHealthIndicator(TopicWatch topics) {
            return new TopicsHealth(topics);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MeterBinder.class)
    static class Metrics {
        @Bean
        MeterBinder topicsMetrics(TopicWatch topics) {
            return registry -> topics.names()
                    .forEach(topic -> Gauge.builder(
                                    "tidemark.topics.deviations",
                                    topics,
                                    of -> of.deviations(topic).size())
                            .description("In how many things a topic is not as it must be")
                            .tag("topic", topic)
                            .register(registry));
        }
    }
}
