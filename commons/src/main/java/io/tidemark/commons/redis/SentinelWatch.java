package io.tidemark.commons.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.redis.connection.RedisSentinelConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConverters;

/**
 * Hears from sentinels that another is the primary now, and has connections to the old one closed. When somebody fails over by hand,
 * that one stays a primary for ten seconds more: whoever goes on writing to it writes for nothing. Sentinels that cannot be reached are
 * tried again all the time, without a word: others are asked meanwhile. Without sentinels it does nothing.
 */
final class SentinelWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SentinelWatch.class);
    private static final String SWITCHED = "+switch-master";
    private static final Duration AGAIN = Duration.ofSeconds(2);

    /** Of a message: {@code name old-host old-port new-host new-port}. */
    private static final int WORDS = 5;

    private final RedisConnections connections;
    private final String master;
    private final @Nullable RedisClient client;
    private final @Nullable ClientResources resources;
    private volatile boolean closed;

    SentinelWatch(@Nullable LettuceConnectionFactory redis, RedisConnections connections) {
        this.connections = connections;
        RedisSentinelConfiguration sentinels = redis == null ? null : redis.getSentinelConfiguration();
        if (redis == null || sentinels == null) {
            master = "";
            client = null;
            resources = null;
            return;
        }
        RedisURI address = LettuceConverters.sentinelConfigurationToRedisURI(sentinels);
        master = String.valueOf(address.getSentinelMasterId());
        resources = ClientResources.builder()
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                .build();
        client = RedisClient.create(resources);
        if (redis.getRequiredNativeClient() instanceof RedisClient ofTheService) {
            client.setOptions(ofTheService.getOptions());
        }
        for (RedisURI sentinel :
                LettuceConverters.sentinelConfigurationToRedisURI(sentinels).getSentinels()) {
            sentinel.setSsl(redis.isUseSsl());
            sentinel.setVerifyPeer(redis.getClientConfiguration().getVerifyMode());
            sentinel.setStartTls(redis.isStartTls());
            listen(client, resources, sentinel);
        }
    }

    private void listen(RedisClient from, ClientResources scheduler, RedisURI sentinel) {
        if (closed) {
            return;
        }
        var _ = from.connectPubSubAsync(StringCodec.UTF8, sentinel).whenComplete((connection, failure) -> {
            if (failure == null) {
                subscribe(connection);
            } else if (!closed) {
                log.debug("sentinel {} is asked again", sentinel, failure);
                var _ = scheduler
                        .eventExecutorGroup()
                        .schedule(() -> listen(from, scheduler, sentinel), AGAIN.toMillis(), TimeUnit.MILLISECONDS);
            }
        });
    }

    /** For good: a connection that is lost is made anew, and subscribed anew, by the client. */
    private void subscribe(StatefulRedisPubSubConnection<String, String> connection) {
        connection.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(String channel, String message) {
                heard(message);
            }
        });
        var _ = connection.async().subscribe(SWITCHED);
    }

    private void heard(String message) {
        String[] words = message.split(" ", -1);
        if (words.length == WORDS && words[0].equals(master)) {
            connections.movedTo(words[WORDS - 2], Integer.parseInt(words[WORDS - 1]));
        }
    }

    @Override
    public void close() {
        closed = true;
        if (client != null && resources != null) {
            client.shutdown(0, 1, TimeUnit.SECONDS);
            var _ = resources.shutdown(0, 1, TimeUnit.SECONDS);
        }
    }
}
