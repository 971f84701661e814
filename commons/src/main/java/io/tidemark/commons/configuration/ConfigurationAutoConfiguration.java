package io.tidemark.commons.configuration;

import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.InstantSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;

/** Configuration that changes while a service runs: {@code tidemark.configuration.from}. */
@AutoConfiguration
@EnableConfigurationProperties(WatchProperties.class)
public class ConfigurationAutoConfiguration {
    @Bean
    ConfigurationWatch configurationWatch(
            WatchProperties properties, ConfigurableEnvironment environment, ObjectProvider<Reloadable> parts) {
        return new ConfigurationWatch(
                properties, environment, () -> parts.orderedStream().toList(), InstantSource.system());
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(Endpoint.class)
    static class Endpoints {
        @Bean
        ConfigurationEndpoint configurationEndpoint(ConfigurationWatch watch) {
            return new ConfigurationEndpoint(watch);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(HealthIndicator.class)
    static class Healths {
        @Bean
        HealthIndicator configurationHealthIndicator(ConfigurationWatch watch) {
            return new ConfigurationHealth(watch);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MeterBinder.class)
    static class Metrics {
        @Bean
        MeterBinder configurationMetrics(ConfigurationWatch watch) {
            return new ConfigurationMetrics(watch);
        }
    }
}
