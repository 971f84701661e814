package io.tidemark.commons.tracing;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.resources.Resource;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** Traces of every service: sent over OTLP if an endpoint is set. */
@AutoConfiguration
@EnableConfigurationProperties(TracingProperties.class)
public class TracingAutoConfiguration {
    @Bean
    Tracing tracing(Sampling sampling, TracingProperties properties, ObjectProvider<TraceListener> listeners) {
        var all = listeners.orderedStream().toList();
        boolean isExported = all.stream().anyMatch(SpanExport.class::isInstance);
        return all.isEmpty()
                ? Tracing.OFF
                : new Tracing(sampling, properties.slow(), isExported, all, InstantSource.system(), System::nanoTime);
    }

    /** Nothing of OpenTelemetry is loaded without an endpoint. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MeterRegistry.class)
    @ConditionalOnProperty("management.opentelemetry.tracing.export.otlp.endpoint")
    @EnableConfigurationProperties(OtlpProperties.class)
    static class Export {
        @Bean
        SpanExport spanExport(
                OtlpProperties otlp, TracingProperties properties, Environment environment, MeterRegistry metrics) {
            OtlpHttpSpanExporterBuilder exporter = OtlpHttpSpanExporter.builder()
                    .setEndpoint(Objects.requireNonNull(otlp.endpoint()))
                    .setTimeout(otlp.timeout())
                    .setConnectTimeout(otlp.connectTimeout())
                    .setCompression(otlp.compression().name().toLowerCase(Locale.ROOT))
                    .setRetryPolicy(null); // what cannot be sent makes room for what can
            otlp.headers().forEach(exporter::addHeader);
            return new SpanExport(
                    resource(environment),
                    exporter.build(),
                    otlp.timeout().plus(otlp.connectTimeout()),
                    new Rate(properties.keptPerSecond(), System::nanoTime),
                    properties.waiting(),
                    metrics);
        }

        private static Resource resource(Environment environment) {
            var facts = Attributes.builder()
                    .put("service.namespace", "tidemark")
                    .put("service.name", environment.getProperty("spring.application.name", "tidemark"))
                    .put("service.instance.id", UUID.randomUUID().toString());
            put(facts, "tidemark.region", environment.getProperty("tidemark.region"));
            put(facts, "tidemark.colo", environment.getProperty("tidemark.colo"));
            return Resource.getDefault().merge(Resource.create(facts.build()));
        }

        private static void put(AttributesBuilder facts, String name, @Nullable String value) {
            if (value != null) {
                facts.put(name, value);
            }
        }
    }
}
