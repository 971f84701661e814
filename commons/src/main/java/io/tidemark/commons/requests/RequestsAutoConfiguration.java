package io.tidemark.commons.requests;

import io.tidemark.commons.tracing.Tracing;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Request ids and log sampling for every service. */
@AutoConfiguration
@EnableConfigurationProperties(LogProperties.class)
public class RequestsAutoConfiguration {
    @Bean
    LogSampling logSampling(LogProperties properties) {
        return new LogSampling(properties.sampleRate(), properties.sampledPerSecond(), System::nanoTime);
    }

    /** Only where requests are servlet requests; the gateway has its own way. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
    static class Servlet {
        @Bean
        @Order(Ordered.HIGHEST_PRECEDENCE)
        RequestIdFilter requestIdFilter(LogSampling sampling, Tracing tracing) {
            return new RequestIdFilter(sampling, tracing);
        }
    }
}
