package io.tidemark.gateway.session;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.commons.kafka.KafkaClients;
import io.tidemark.commons.redis.SeparateRedis;
import io.tidemark.gateway.identity.GatewayIdentity;
import io.tidemark.state.configuration.StateKeys;
import io.tidemark.state.configuration.StateProperties;
import io.tidemark.state.erasure.EarliestPlace;
import io.tidemark.state.erasure.ErasedUpTo;
import io.tidemark.state.erasure.PersonErasure;
import io.tidemark.state.keys.DataKeySweep;
import io.tidemark.state.keys.DataKeys;
import io.tidemark.state.keys.KeyRing;
import io.tidemark.state.keys.UserNames;
import io.tidemark.state.promotion.KeyNews;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.data.redis.autoconfigure.DataRedisProperties;
import org.springframework.boot.ssl.SslBundles;
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

    /** Where data keys lie. */
    @Bean
    KeyStore keyStore(
            StateProperties properties,
            SessionRedis region,
            DataRedisProperties ofRegion,
            ObjectProvider<SslBundles> bundles,
            MeterRegistry metrics) {
        DataRedisProperties own = properties.keyStore();
        KeyStore made = own == null
                ? KeyStore.in(region)
                : KeyStore.of(
                        new SeparateRedis(
                                "Redis of data keys",
                                "tidemark.state.key-store",
                                own,
                                ofRegion,
                                bundles.getIfAvailable()),
                        properties.redisTimeout());
        Gauge.builder("tidemark.state.keys.up", made, up -> up.isUp() ? 1 : 0)
                .description("1 while the Redis that has users' data keys takes calls")
                .register(metrics);
        return made;
    }

    /** A data key for each user. */
    @Bean
    DataKeys dataKeys(StateProperties properties, StateKeys keys, KeyStore store, GatewayIdentity gateway) {
        return new DataKeys(store.redis(), keys.dataKeys(), gateway.region(), properties.toDataKeySettings());
    }

    /** How far persons are erased from what the region has of them, and from their data keys. */
    @Bean
    PersonErasure.Place erasedUpTo(SessionRedis region, KeyStore store, GatewayIdentity gateway) {
        PersonErasure.Place ofRegion = new ErasedUpTo(region, gateway.region());
        return store.isSeparate()
                ? new EarliestPlace(List.of(ofRegion, new ErasedUpTo(store.redis(), gateway.region())))
                : ofRegion;
    }

    @Bean(initMethod = "start")
    DataKeySweep dataKeySweep(
            StateProperties properties, StateKeys keys, KeyStore store, DataKeys dataKeys, KeyRing ring) {
        DataKeySweep sweep = new DataKeySweep(
                store.redis(),
                dataKeys,
                keys.dataKeys(),
                properties.dataKeySweep(),
                InstantSource.system(),
                ring::counted);
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
