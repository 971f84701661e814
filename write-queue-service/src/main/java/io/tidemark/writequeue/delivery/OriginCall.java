package io.tidemark.writequeue.delivery;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.io.IOException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import reactor.netty.channel.AbortedException;

/** What is known of one request to an origin while it is under way: its connection, and whether an answer began. Thread-safe. */
final class OriginCall {
    private static final AttributeKey<Boolean> USED = AttributeKey.valueOf("tidemark.used");

    private volatile @Nullable Channel channel;
    private volatile boolean isOverKeptConnection;
    private volatile boolean isAnswered;

    /** It is about to be sent over this connection, or stream of one. */
    void begin(Channel channel) {
        Channel connection = channel.parent() == null ? channel : channel.parent();
        isOverKeptConnection = connection.attr(USED).getAndSet(true) != null;
        this.channel = channel;
    }

    /** The head of a final response is there. */
    void answered() {
        isAnswered = true;
    }

    /** Absent: it got none. */
    @Nullable
    Channel connection() {
        return channel;
    }

    /**
     * Whether its connection was one that had been used before, and ended before any answer: an origin may close one at any time
     * (RFC 9112 §9.5), and a client learns of it only when it has sent something.
     */
    boolean isLostWithItsConnection(Throwable failure) {
        boolean isEnd = (failure instanceof IOException && !(failure instanceof SSLException))
                || AbortedException.isConnectionReset(failure);
        return isOverKeptConnection && !isAnswered && isEnd;
    }
}
