package io.tidemark.writequeue.personal;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.commons.kafka.KafkaClients;
import io.tidemark.commons.redis.SeparateRedis;
import io.tidemark.state.keys.KeyRing;
import io.tidemark.state.redis.StateRedis;
import io.tidemark.writequeue.types.WriteType;
import io.tidemark.writequeue.types.WriteTypes;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.data.redis.autoconfigure.DataRedisProperties;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.data.redis.core.StringRedisTemplate;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(PersonalProperties.class)
class PersonalConfiguration {
    @Bean
    StateRedis stateRedis(StringRedisTemplate redis) {
        return new QueueRedis(redis);
    }

    @Bean
    KeyStore keyStore(
            PersonalProperties properties,
            StateRedis redis,
            DataRedisProperties ofService,
            ObjectProvider<SslBundles> bundles,
            MeterRegistry metrics) {
        DataRedisProperties own = properties.keyStore();
        KeyStore made = own == null
                ? KeyStore.in(redis)
                : KeyStore.of(new SeparateRedis(
                        "Redis of data keys",
                        "tidemark.writes.personal.key-store",
                        own,
                        ofService,
                        bundles.getIfAvailable()));
        Gauge.builder("tidemark.state.keys.up", made, up -> up.why().isEmpty() ? 1 : 0)
                .description("1 unless the Redis that has persons' data keys refused the last call")
                .register(metrics);
        return made;
    }

    /** None where persons' writes cannot be sealed. */
    @Bean
    @Nullable
    PersonalKeys personalKeys(PersonalProperties properties) {
        return properties.isConfigured() ? PersonalKeys.of(properties) : null;
    }

    /** None either. */
    @Bean
    @Nullable
    KeyRotationPart keyRotationPart(
            PersonalProperties properties,
            ObjectProvider<PersonalKeys> keys,
            KeyStore store,
            KafkaClients clients,
            Environment environment) {
        PersonalKeys sets = keys.getIfAvailable();
        return sets == null
                ? null
                : new KeyRotationPart(
                        new KeyRing(
                                region(environment),
                                PersonalKeys.PREFIX,
                                sets.byName(),
                                properties.dataKeyLifetime(),
                                InstantSource.system()),
                        store,
                        clients);
    }

    /** Up all the same: what is of no person goes on. */
    @Bean
    HealthIndicator keyStoreHealthIndicator(KeyStore store) {
        return () -> Health.up()
                .withDetail("own", store.isSeparate())
                .withDetail("why", store.why())
                .build();
    }

    /** @throws IllegalArgumentException if a type's writes are to be sealed, and there are no keys */
    @Bean
    SealedWrites sealedWrites(
            PersonalProperties properties,
            ObjectProvider<PersonalKeys> keys,
            KeyStore store,
            WriteTypes types,
            Environment environment) {
        if (!properties.isConfigured()) {
            types.all().stream().filter(WriteType::personal).findFirst().ifPresent(type -> {
                throw new IllegalArgumentException("tidemark.writes.types." + type.name()
                        + ".personal needs tidemark.writes.personal.subject-keys and data-keys");
            });
            return new SealedWrites(null);
        }
        return new SealedWrites(new PersonalWrites(properties, keys.getObject(), store.redis(), region(environment)));
    }

    private static String region(Environment environment) {
        return environment.getProperty("tidemark.region", "eu");
    }
}
