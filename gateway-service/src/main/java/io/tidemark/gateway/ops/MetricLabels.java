package io.tidemark.gateway.ops;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Bounds the labels of metrics. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(MetricsProperties.class)
class MetricLabels {
    @Bean
    static SeriesLimit seriesLimit(MetricsProperties properties) {
        return new SeriesLimit(properties.maxSeries());
    }
}
