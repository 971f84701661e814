package io.tidemark.gateway.session;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.commons.kafka.KafkaClients;
import io.tidemark.gateway.identity.GatewayIdentity;
import io.tidemark.state.configuration.StateKeys;
import io.tidemark.state.configuration.StateProperties;
import io.tidemark.state.keys.DataKeySweep;
import io.tidemark.state.keys.DataKeys;
import io.tidemark.state.keys.KeyRing;
import io.tidemark.state.keys.UserNames;
import io.tidemark.state.promotion.KeyNews;
import java.time.InstantSource;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The keys of sessions and of what is kept of users, and which of them are used. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("tidemark.state.enabled")
class KeyConfiguration {
    @Bean
    StateKeys stateKeys(StateProperties properties) {
        return properties.toKeys();
    }

    @Bean
    KeyRing keyRing(StateKeys keys, StateProperties properties, GatewayIdentity gateway, MeterRegistry metrics) {
        KeyRing ring = new KeyRing(gateway.region(), keys.byName(), properties.lifetime(), InstantSource.system());
        Gauge.builder(
                        "tidemark.state.keys.lacking",
                        ring,
                        lacking -> lacking.lacking().size())
                .description("key sets that lack the key that all other gateways use")
                .register(metrics);
        return ring;
    }

    @Bean
    UserNames userNames(StateKeys keys) {
        return keys.toUserNames();
    }

    /** A data key for each user. */
    @Bean
    DataKeys dataKeys(StateProperties properties, StateKeys keys, SessionRedis redis, GatewayIdentity gateway) {
        return new DataKeys(redis, keys.dataKeys(), gateway.region(), properties.toDataKeySettings());
    }

    @Bean(initMethod = "start")
    DataKeySweep dataKeySweep(
            StateProperties properties, StateKeys keys, SessionRedis redis, DataKeys dataKeys, KeyRing ring) {
        DataKeySweep sweep = new DataKeySweep(
                redis, dataKeys, keys.dataKeys(), properties.dataKeySweep(), InstantSource.system(), ring::counted);
        ring.onPromotion(sweep::soon);
        return sweep;
    }

    /** Without the log nobody knows who has which keys: then the first of each set is used. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty("tidemark.state.enabled") // found by itself, not only through the class around it
    @ConditionalOnProperty(name = "tidemark.kafka.enabled", matchIfMissing = true)
    static class Promotions {
        @Bean(initMethod = "start")
        KeyNews keyNews(KeyRing ring, KafkaClients clients) {
            ring.awaitPromotions();
            return new KeyNews(
                    ring,
                    () -> clients.consumer(Map.of(
                            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                            "none",
                            ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                            5_000)));
        }
    }
}
