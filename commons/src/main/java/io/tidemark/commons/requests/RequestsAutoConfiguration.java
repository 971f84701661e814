package io.tidemark.commons.requests;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Request ids and log sampling ({@code tidemark.log.sample-rate}, default 0.01) for every service. */
@AutoConfiguration
public class RequestsAutoConfiguration {
    @Bean
    LogSampling logSampling(
            @Value("${tidemark.log.sample-rate:0.01}") double rate,
            @Value("${tidemark.log.sampled-per-second:100}") int perSecond) {
        return new LogSampling(rate, perSecond, System::nanoTime);
    }

    /** Only where requests are servlet requests; the gateway has its own way. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
    static class Servlet {
        @Bean
        @Order(Ordered.HIGHEST_PRECEDENCE)
        RequestIdFilter requestIdFilter(LogSampling sampling) {
            return new RequestIdFilter(sampling);
        }
    }
}
