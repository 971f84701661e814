package io.tidemark.gateway.documents.rooms;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateAdapter;
import io.lettuce.core.RedisException;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.tidemark.commons.redis.RedisConnections;
import io.tidemark.gateway.documents.store.DocumentName;
import io.tidemark.gateway.documents.store.DocumentSealing;
import io.tidemark.gateway.documents.store.Done;
import io.tidemark.gateway.redis.RedisConnection;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Listens to the news of documents. What is said while the connection is away is lost: rooms see the gap and read it. */
final class NewsChannel implements AutoCloseable {
    private final RedisConnection<StatefulRedisPubSubConnection<byte[], byte[]>> connection;
    private final Map<String, Consumer<News>> listeners = new ConcurrentHashMap<>();
    private final Duration timeout;
    private final int mostOctets;
    private final DocumentSealing sealing;
    private final DocumentMeters meters;
    private volatile Runnable lost = () -> {};

    /** @param mostOctets of one client's state */
    NewsChannel(
            AbstractRedisClient client,
            RedisConnections connections,
            Duration timeout,
            int mostOctets,
            DocumentSealing sealing,
            DocumentMeters meters) {
        this.timeout = timeout;
        this.mostOctets = mostOctets;
        this.sealing = sealing;
        this.meters = meters;
        this.connection = RedisConnection.forNotices(client, connections, this::watch);
    }

    private void watch(StatefulRedisPubSubConnection<byte[], byte[]> made) {
        made.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(byte[] channel, byte[] message) {
                heard(new String(channel, UTF_8), message);
            }
        });
        made.addListener(new RedisConnectionStateAdapter() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> ended) {
                lost.run();
            }
        });
    }

    /** What is done when the connection is lost: Redis may be another when it is back, or have forgotten its last second. */
    void whenLost(Runnable task) {
        lost = task;
    }

    private void heard(String channel, byte[] message) {
        Consumer<News> listener = listeners.get(channel);
        if (listener == null) {
            return; // on its way when the room ended
        }
        var _ = opened(channel, message)
                .thenAccept(
                        opened -> { // what cannot be opened is missing, and read from the store
                            News news = News.read(opened, mostOctets);
                            if (news == null) {
                                meters.unreadable();
                            } else {
                                listener.accept(news);
                            }
                        });
    }

    private CompletableFuture<byte[]> opened(String channel, byte[] message) {
        int octets = News.octetsOfEdit(message);
        return octets < 0
                ? CompletableFuture.completedFuture(message)
                : sealing.openNews(DocumentName.ofNews(channel), message, octets);
    }

    /** From when it is done on, the listener hears what is said, on a thread of Redis's client. */
    synchronized CompletableFuture<Done> listen(DocumentName name, Consumer<News> listener) {
        StatefulRedisPubSubConnection<byte[], byte[]> made = connection.get();
        if (made == null || !made.isOpen()) {
            return CompletableFuture.failedFuture(new RedisException("no connection"));
        }
        byte[] channel = name.key("news");
        listeners.put(new String(channel, UTF_8), listener);
        return made.async()
                .subscribe(new byte[][] {channel})
                .toCompletableFuture()
                .thenApply(_ -> Done.DONE)
                .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** It hears no more, unless another listens by now. */
    synchronized void forget(DocumentName name, Consumer<News> listener) {
        byte[] channel = name.key("news");
        StatefulRedisPubSubConnection<byte[], byte[]> made = connection.get();
        if (listeners.remove(new String(channel, UTF_8), listener) && made != null) {
            var _ = made.async().unsubscribe(new byte[][] {channel});
        }
    }

    @Override
    public void close() {
        connection.close();
    }
}
