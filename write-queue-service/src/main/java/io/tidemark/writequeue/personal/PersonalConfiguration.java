package io.tidemark.writequeue.personal;

import io.tidemark.state.redis.StateRedis;
import io.tidemark.writequeue.types.WriteType;
import io.tidemark.writequeue.types.WriteTypes;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
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

    /** @throws IllegalArgumentException if a type's writes are to be sealed, and there are no keys */
    @Bean
    SealedWrites sealedWrites(
            PersonalProperties properties, StateRedis redis, WriteTypes types, Environment environment) {
        if (!properties.isConfigured()) {
            types.all().stream().filter(WriteType::personal).findFirst().ifPresent(type -> {
                throw new IllegalArgumentException("tidemark.writes.types." + type.name()
                        + ".personal needs tidemark.writes.personal.subject-keys and data-keys");
            });
            return new SealedWrites(null);
        }
        String region = environment.getProperty("tidemark.region", "eu");
        return new SealedWrites(new PersonalWrites(properties, redis, region));
    }
}
