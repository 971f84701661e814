package io.tidemark.gateway.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameWriterTest {
    /** What it writes is read by the library's decoder, as a client would. */
    private final EmbeddedChannel client = new EmbeddedChannel(new WebSocket13FrameDecoder(false, false, 100_000));

    private final EmbeddedChannel channel = new EmbeddedChannel(new WebSocket13FrameEncoder(false));
    private final FrameWriter writer = new FrameWriter(channel);

    private static byte[] octets(int length) {
        byte[] octets = new byte[length];
        new Random(length).nextBytes(octets);
        return octets;
    }

    private WebSocketFrame written() {
        channel.flushOutbound();
        for (ByteBuf octets = channel.readOutbound(); octets != null; octets = channel.readOutbound()) {
            client.writeInbound(octets);
        }
        WebSocketFrame frame = client.readInbound();
        Object more = client.readInbound();
        assertThat(more).isNull();
        return frame;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 65_535, FrameWriter.FRAGMENT})
    void aMessageOfAtMostOneFragmentIsOneFrame(int length) {
        byte[] message = octets(length);

        writer.begin(Unpooled.wrappedBuffer(message));

        WebSocketFrame frame = written();
        assertThat(frame).isInstanceOf(BinaryWebSocketFrame.class);
        assertThat(frame.isFinalFragment()).isTrue();
        assertThat(ByteBufUtil.getBytes(frame.content())).isEqualTo(message);
        assertThat(writer.goOn()).isFalse();
    }

    @Test
    void aLongOneIsWrittenFragmentByFragmentAsItIsAskedForAndLetsAPingBetween() {
        byte[] message = octets(2 * FrameWriter.FRAGMENT + 1);
        ByteBuf heard = Unpooled.buffer();

        writer.begin(Unpooled.wrappedBuffer(new byte[] {1}, message));
        WebSocketFrame first = written();
        assertThat(first).isInstanceOf(BinaryWebSocketFrame.class);
        assertThat(first.isFinalFragment()).isFalse();
        heard.writeBytes(first.content());
        assertThat(heard.readableBytes()).isEqualTo(FrameWriter.FRAGMENT);

        var _ = channel.write(new PingWebSocketFrame());
        assertThat(written()).isInstanceOf(PingWebSocketFrame.class);

        boolean end = false;
        while (writer.goOn()) {
            WebSocketFrame next = written();
            assertThat(next).isInstanceOf(ContinuationWebSocketFrame.class);
            assertThat(end).isFalse();
            end = next.isFinalFragment();
            heard.writeBytes(next.content());
            next.release();
        }
        assertThat(end).isTrue();
        assertThat(ByteBufUtil.getBytes(heard.skipBytes(1))).isEqualTo(message);
        first.release();
    }

    @Test
    void nothingIsHeldOfWhatIsWritten() {
        ByteBuf message = Unpooled.wrappedBuffer(octets(3 * FrameWriter.FRAGMENT));

        writer.begin(message);
        written().release();
        while (writer.goOn()) {
            written().release();
        }

        assertThat(message.refCnt()).isZero();
    }
}
