package io.tidemark.commons.redis;

import io.lettuce.core.ClientOptions;
import io.tidemark.commons.outage.Outage;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeansException;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisProperties;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientOptionsBuilderCustomizer;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * A Redis beside the service's own. Boot itself configures it, in a context of its own, of properties as {@code spring.data.redis.*}
 * has them: so whatever can be said of the service's Redis can be said of this one (URL, user and password, SSL bundle, sentinels, a
 * cluster). Without a connection a command fails at once.
 */
public final class SeparateRedis implements AutoCloseable {
    /** As Boot calls its own. */
    private static final String PROPERTIES = "spring.data.redis-" + DataRedisProperties.class.getName();

    private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

    /** Nothing that is said of the service's own Redis is said of this one. */
    private static final class Nothing extends StandardEnvironment {
        @Override
        protected void customizePropertySources(MutablePropertySources sources) {
            // none
        }
    }

    /**
     * @param name what it is called in the log
     * @param prefix of its properties
     * @param properties what is said of it
     * @param own what is said of the service's own: its timeouts count where none is said
     * @param bundles of certificates, null where the service has none
     * @throws IllegalArgumentException if the properties cannot be used; the message names the prefix, and no password
     */
    public SeparateRedis(
            String name,
            String prefix,
            DataRedisProperties properties,
            DataRedisProperties own,
            @Nullable SslBundles bundles) {
        if (properties.getTimeout() == null) {
            properties.setTimeout(own.getTimeout());
        }
        if (properties.getConnectTimeout() == null) {
            properties.setConnectTimeout(own.getConnectTimeout());
        }
        context.setEnvironment(new Nothing());
        context.registerBean(PROPERTIES, DataRedisProperties.class, () -> properties);
        context.registerBean(RedisConnections.class, () -> new RedisConnections(System::nanoTime, name));
        context.registerBean(
                LettuceClientOptionsBuilderCustomizer.class,
                () -> options -> options.disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS));
        if (bundles != null) {
            context.registerBean(SslBundles.class, () -> bundles);
        }
        context.register(RedisAutoConfiguration.class, DataRedisAutoConfiguration.class);
        try {
            context.refresh();
        } catch (BeansException wrong) {
            context.close();
            throw new IllegalArgumentException(
                    prefix + " cannot be used: " + Outage.innermost(wrong).getMessage(), wrong);
        }
    }

    /** Connects to it. */
    public LettuceConnectionFactory factory() {
        return context.getBean(LettuceConnectionFactory.class);
    }

    /** What becomes of its connections. */
    public RedisConnections connections() {
        return context.getBean(RedisConnections.class);
    }

    @Override
    public void close() {
        context.close();
    }
}
