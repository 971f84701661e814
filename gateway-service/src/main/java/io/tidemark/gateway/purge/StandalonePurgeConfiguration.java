package io.tidemark.gateway.purge;

import java.time.InstantSource;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Without Kafka ({@code tidemark.kafka.enabled=false}): the ledger is the log, of an epoch that ends with the process. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "tidemark.kafka.enabled", havingValue = "false")
@EnableConfigurationProperties(PurgeProperties.class)
class StandalonePurgeConfiguration {
    @Bean
    PurgeLedger purgeLedger(PurgeProperties properties) {
        return new PurgeLedger(UUID.randomUUID().toString(), properties.limits());
    }

    @Bean
    PurgeView purgeView(PurgeLedger ledger) {
        return PurgeView.alone(ledger);
    }

    @Bean
    Purger purger(PurgeLedger ledger, @Value("${tidemark.colo:local}") String colo) {
        return new LocalPurger(ledger, colo, InstantSource.system(), System::nanoTime);
    }
}
