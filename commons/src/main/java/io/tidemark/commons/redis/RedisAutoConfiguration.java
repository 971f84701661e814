package io.tidemark.commons.redis;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.resource.Delay;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.data.redis.autoconfigure.ClientResourcesBuilderCustomizer;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisProperties;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.web.context.reactive.ConfigurableReactiveWebEnvironment;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

/** What all services add to Boot's Redis. */
@AutoConfiguration(before = DataRedisAutoConfiguration.class)
@ConditionalOnClass({DataRedisProperties.class, LettuceConnectionFactory.class})
public class RedisAutoConfiguration {
    private static final Duration RECONNECT_FIRST = Duration.ofMillis(50);
    private static final Duration RECONNECT_LAST = Duration.ofSeconds(1);

    /** Runs after the properties were bound and before anybody reads them. */
    @Bean
    static BeanPostProcessor redisAddress(Environment environment) {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessBeforeInitialization(Object bean, String name) {
                if (bean instanceof DataRedisProperties properties) {
                    boolean cluster = environment.getProperty("tidemark.redis.cluster", Boolean.class, false);
                    RedisAddress.spread(properties, cluster);
                }
                return bean;
            }
        };
    }

    @Bean
    @ConditionalOnMissingBean
    RedisConnections redisConnections() {
        return new RedisConnections(System::nanoTime);
    }

    @Bean
    ClientResourcesBuilderCustomizer redisClientResources(RedisConnections connections) {
        return resources -> resources
                .nettyCustomizer(connections)
                .reconnectDelay(Delay.exponential(RECONNECT_FIRST, RECONNECT_LAST, 2, TimeUnit.MILLISECONDS));
    }

    /** Hears what becomes of connections that were lost, and, where Spring's templates send them, of commands. */
    @Bean
    static BeanPostProcessor redisEvents(ObjectProvider<RedisConnections> connections, Environment environment) {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                if (bean instanceof LettuceConnectionFactory factory && factory.isRunning()) {
                    AbstractRedisClient client = factory.getRequiredNativeClient();
                    RedisEvents events = new RedisEvents(connections.getObject());
                    var _ = client.getResources().eventBus().get().subscribe(events::connection);
                    if (!(environment instanceof ConfigurableReactiveWebEnvironment)) {
                        client.addListener(events);
                    }
                }
                return bean;
            }
        };
    }

    @Bean
    SentinelWatch sentinelWatch(ObjectProvider<LettuceConnectionFactory> redis, RedisConnections connections) {
        return new SentinelWatch(redis.getIfAvailable(), connections);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(HealthIndicator.class)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
    static class Healths {
        /** In place of Boot's, which pings. */
        @Bean
        @ConditionalOnMissingBean(name = {"redisHealthIndicator", "redisHealthContributor"})
        HealthIndicator redisHealthIndicator(StringRedisTemplate redis) {
            return new RedisWriteHealth(redis);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MeterBinder.class)
    static class Metrics {
        @Bean
        MeterBinder redisConnectionsMetrics(RedisConnections connections) {
            return registry -> {
                Gauge.builder(
                                "tidemark.redis.refuses",
                                connections,
                                of -> of.why().isEmpty() ? 0 : 1)
                        .description("1 while Redis is out of reach or refuses what it is sent")
                        .register(registry);
                FunctionCounter.builder("tidemark.redis.moves", connections, RedisConnections::moves)
                        .description("How often connections were closed because they led to a replica")
                        .register(registry);
            };
        }
    }
}
