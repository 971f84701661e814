package io.tidemark.gateway.log;

import io.tidemark.gateway.identity.GatewayIdentity;
import io.tidemark.gateway.purge.LocalPurger;
import io.tidemark.gateway.purge.PurgeLedger;
import io.tidemark.gateway.purge.PurgeView;
import io.tidemark.gateway.purge.Purger;
import java.time.InstantSource;
import java.util.UUID;
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
    Purger purger(PurgeLedger ledger, GatewayIdentity gateway) {
        return new LocalPurger(ledger, gateway.colo(), InstantSource.system(), System::nanoTime);
    }
}
