package io.tidemark.gateway.overload;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What waits on one HTTP/1.1 connection for the client to read what it was sent: the rest of an answer, and the requests that
 * came after it, up to {@link OutputLimits#maxPipelined}; those past it are refused once the others are answered. A client
 * that reads nothing for too long loses its connection. For the connection's event loop only.
 */
public final class UnreadOutput {
    /** What a request takes that waits, estimated, in bytes. */
    private static final int REQUEST = 1024;

    private final OutputLimits limits;
    private final Deque<Object> messages = new ArrayDeque<>(2);
    private int requests;
    private boolean waits;
    private boolean over;
    private @Nullable Account account;
    private @Nullable Patience patience;

    public UnreadOutput(OutputLimits limits) {
        this.limits = limits;
    }

    /** Whether nothing waits. */
    public boolean isEmpty() {
        return !waits && messages.isEmpty();
    }

    /** Keeps a message until the client has read. */
    public void add(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest && !over) {
            requests++;
            over = requests > limits.maxPipelined();
        }
        if (over) {
            ReferenceCountUtil.release(message);
        } else {
            messages.add(message);
            await(context, REQUEST);
        }
    }

    /**
     * Something waits for the client to read.
     *
     * @param more bytes that it takes
     */
    public void await(ChannelHandlerContext context, int more) {
        Account held = account;
        if (held == null) {
            held = limits.account();
            account = held;
            patience = new Patience(context.executor(), limits, () -> {
                var _ = context.close();
            });
        }
        held.hold(more);
        if (!waits && patience != null) {
            waits = true;
            patience.begin();
        }
    }

    /** The client has read something. */
    public void resumed() {
        if (waits && patience != null && account != null) {
            waits = false;
            patience.end();
            account.release(account.held());
        }
    }

    /** The next message that waits, or null. */
    public @Nullable Object poll() {
        Object message = messages.poll();
        if (message instanceof HttpRequest) {
            requests--;
        }
        return message;
    }

    /** Whether requests came that were too many: nothing after those that wait is answered. */
    public boolean isOver() {
        return over;
    }

    /** The connection is gone. */
    public void close() {
        if (patience != null) {
            patience.end();
        }
        waits = false;
        if (account != null) {
            account.close();
        }
        messages.forEach(ReferenceCountUtil::release);
        messages.clear();
    }
}
