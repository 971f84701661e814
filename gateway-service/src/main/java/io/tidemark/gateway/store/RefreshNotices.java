package io.tidemark.gateway.store;

import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the gateways of a region tell each other when a refresh has ended, over Redis' publish and subscribe: one channel for
 * each key that somebody waits for here. Notices may be lost: whoever waits looks at the flag too. Thread-safe; holds one
 * entry for each key that is waited for.
 */
final class RefreshNotices extends RedisPubSubAdapter<byte[], byte[]> {
    /** What is said of a refresh that put its answer into the store; anything else: it did not. */
    static final String STORED = "1";

    static final String NOT_STORED = "0";

    private final ConcurrentHashMap<String, List<Consumer<Boolean>>> waiting = new ConcurrentHashMap<>();
    private volatile @Nullable StatefulRedisPubSubConnection<byte[], byte[]> connection;

    /** The connection stands; Lettuce connects it again and subscribes again by itself. */
    void connected(StatefulRedisPubSubConnection<byte[], byte[]> made) {
        made.addListener(this);
        connection = made;
        for (String channel : waiting.keySet()) {
            var _ = made.async().subscribe(bytes(channel));
        }
    }

    /** Tells of the next end of a refresh, whether its answer was stored; until the listening is closed. */
    RegionStore.Listening listen(String channel, Consumer<Boolean> onEnd) {
        List<Consumer<Boolean>> now = waiting.compute(channel, (_, before) -> with(before, onEnd));
        StatefulRedisPubSubConnection<byte[], byte[]> connected = connection;
        if (now.size() == 1 && connected != null) {
            var _ = connected.async().subscribe(bytes(channel));
        }
        return () -> leave(channel, onEnd);
    }

    private void leave(String channel, Consumer<Boolean> onEnd) {
        List<Consumer<Boolean>> left = waiting.computeIfPresent(channel, (_, before) -> without(before, onEnd));
        StatefulRedisPubSubConnection<byte[], byte[]> connected = connection;
        if (left == null && connected != null) {
            var _ = connected.async().unsubscribe(bytes(channel));
            if (waiting.containsKey(channel)) {
                var _ = connected.async().subscribe(bytes(channel)); // somebody came meanwhile
            }
        }
    }

    private static <T> List<T> with(@Nullable List<T> before, T added) {
        return before == null
                ? List.of(added)
                : Stream.concat(before.stream(), Stream.of(added)).toList();
    }

    /** Null where nobody is left. */
    private static <T> @Nullable List<T> without(List<T> before, T gone) {
        List<T> left = before.stream().filter(each -> !each.equals(gone)).toList();
        return left.isEmpty() ? null : left;
    }

    @Override
    public void message(byte[] channel, byte[] message) {
        List<Consumer<Boolean>> told = waiting.get(new String(channel, StandardCharsets.US_ASCII));
        if (told != null) {
            boolean stored = new String(message, StandardCharsets.US_ASCII).equals(STORED);
            told.forEach(consumer -> consumer.accept(stored));
        }
    }

    private static byte[] bytes(String channel) {
        return channel.getBytes(StandardCharsets.US_ASCII);
    }
}
