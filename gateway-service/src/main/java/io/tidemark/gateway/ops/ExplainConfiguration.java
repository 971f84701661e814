package io.tidemark.gateway.ops;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.commons.tracing.TraceListener;
import io.tidemark.gateway.edge.ExplainProperties;
import io.tidemark.gateway.purge.PurgeLedger;
import java.time.InstantSource;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What explanations are made of. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ExplainProperties.class)
class ExplainConfiguration {
    @Bean
    RequestMemory requestMemory(ExplainProperties properties, MeterRegistry metrics) {
        return new RequestMemory(properties, metrics);
    }

    /** With no memory nobody listens, and nothing is recorded for it. */
    @Bean
    @ConditionalOnExpression("!'${tidemark.explain.memory:4MB}'.matches('0.*')")
    TraceListener remembersRequests(RequestMemory memory) {
        return memory::ended;
    }

    @Bean
    RecentPurges recentPurges(PurgeLedger ledger) {
        RecentPurges purges = new RecentPurges(InstantSource.system());
        ledger.tells(purges::applied);
        return purges;
    }
}
