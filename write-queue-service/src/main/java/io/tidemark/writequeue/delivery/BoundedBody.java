package io.tidemark.writequeue.delivery;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** The beginning of an answer's body; the rest is read away, up to a limit at which one hangs up. For one thread at a time. */
final class BoundedBody {
    private static final long READ_AWAY = 1 << 20;

    private final int kept;
    private final ByteArrayOutputStream beginning = new ByteArrayOutputStream();
    private long seen;

    BoundedBody(int kept) {
        this.kept = kept;
    }

    /** Whether that was more than is read. */
    boolean isPastLimit(ByteBuf next) {
        seen += next.readableBytes();
        byte[] piece = new byte[Math.min(next.readableBytes(), kept - beginning.size())];
        next.readBytes(piece);
        beginning.writeBytes(piece);
        return seen > READ_AWAY;
    }

    String text() {
        return beginning.toString(StandardCharsets.UTF_8);
    }
}
