package io.tidemark.gateway.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes out of the codec, however the octets came in. {@code |} stands for CRLF. */
class ChunkRulesTest {
    private static final String GET = "GET /1 HTTP/1.1|Host: x||";
    private static final String LENGTH = "POST /2 HTTP/1.1|Host: x|Content-Length: 9||a|0||b";
    private static final String CHUNKED = "POST /3 HTTP/1.1|Host: x|Transfer-Encoding: chunked||";
    private static final String GOOD = "5|hello|2;a=\"b\"|\r\n|0|X: y||";

    /** Its second chunk is the last one for the codec alone. */
    private static final String BAD = "5|hello|0\r5|world|0||";

    private static EmbeddedChannel server() {
        EmbeddedChannel channel = new EmbeddedChannel(new HttpServerCodec());
        ChunkRules.around(channel.pipeline().context(HttpServerCodec.class), false);
        return channel;
    }

    private static byte[] octets(String text) {
        return text.replace("|", "\r\n").getBytes(ISO_8859_1);
    }

    private final List<ByteBuf> parts = new ArrayList<>();

    @AfterEach
    void nothingIsHeld() {
        assertThat(parts).isNotEmpty().allMatch(part -> part.refCnt() == 0);
    }

    private void write(EmbeddedChannel channel, byte[] octets, int from, int to) {
        ByteBuf part = Unpooled.buffer();
        part.writeBytes(octets, from, to - from);
        parts.add(part);
        channel.writeInbound(part);
    }

    /** Each message in one line: its target or status, its content, and how it ended. */
    private static List<String> messages(EmbeddedChannel channel) {
        List<String> messages = new ArrayList<>();
        StringBuilder content = new StringBuilder();
        for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
            switch (message) {
                case HttpRequest request -> content.append(request.uri()).append(' ');
                case HttpResponse response ->
                    content.append(response.status().code()).append(' ');
                case HttpContent part -> {
                    content.append(part.content().toString(ISO_8859_1));
                    if (part instanceof LastHttpContent) {
                        messages.add(content + (part.decoderResult().isSuccess() ? "" : " failed"));
                        content.setLength(0);
                    }
                }
                default -> messages.add(message.toString());
            }
            ReferenceCountUtil.release(message);
        }
        channel.finishAndReleaseAll();
        return messages;
    }

    @Test
    void messagesAreTheSameWhereverTheirOctetsAreCut() {
        byte[] all =
                octets(GET + CHUNKED + GOOD + GET + CHUNKED + "0||" + LENGTH + CHUNKED + GOOD + CHUNKED + BAD + GET);
        String good = "/3 hello\r\n";
        List<String> right = List.of("/1 ", good, "/1 ", "/3 ", "/2 a\r\n0\r\n\r\nb", good, "/3 hello failed");
        for (int first = 0; first <= all.length; first++) {
            EmbeddedChannel channel = server();
            write(channel, all, 0, first);
            write(channel, all, first, all.length);
            assertThat(messages(channel)).as("cut at " + first).isEqualTo(right);
        }
        for (int size = 1; size < 30; size++) {
            EmbeddedChannel channel = server();
            for (int at = 0; at < all.length; at += size) {
                write(channel, all, at, Math.min(all.length, at + size));
            }
            assertThat(messages(channel)).as("in pieces of " + size).isEqualTo(right);
        }
    }

    @Test
    void emptyLinesBeforeARequestAreNoHead() {
        byte[] all = octets("||" + CHUNKED + GOOD + "|" + CHUNKED + BAD);
        for (int first = 0; first <= all.length; first++) {
            EmbeddedChannel channel = server();
            write(channel, all, 0, first);
            write(channel, all, first, all.length);
            assertThat(messages(channel)).as("cut at " + first).containsExactly("/3 hello\r\n", "/3 hello failed");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0\r5|", "1\0|x|0||", "0 |", "5|hello|0|X: y\rz||"})
    void nothingIsReadBehindWhatIsMalformed(String content) {
        EmbeddedChannel channel = server();
        byte[] all = octets(CHUNKED + content + GET);
        write(channel, all, 0, all.length);
        write(channel, all, 0, all.length);
        assertThat(messages(channel)).singleElement().asString().endsWith("failed");
    }

    @Test
    void responsesAreHeldToTheSameButForPadding() {
        String head = "HTTP/1.1 200 OK|Transfer-Encoding: chunked||";
        byte[] all = octets("HTTP/1.1 103 Early Hints|Link: x||" + head + "5  |hello|0 ||" + head + BAD);
        for (int first = 0; first <= all.length; first++) {
            EmbeddedChannel channel = new EmbeddedChannel(new HttpClientCodec());
            ChunkRules.ofResponses(channel.pipeline());
            ChunkRules.ofResponses(channel.pipeline()); // of a connection that is used again
            write(channel, all, 0, first);
            write(channel, all, first, all.length);
            assertThat(messages(channel))
                    .as("cut at " + first)
                    .containsExactly("103 ", "200 hello", "200 hello failed");
        }
    }
}
