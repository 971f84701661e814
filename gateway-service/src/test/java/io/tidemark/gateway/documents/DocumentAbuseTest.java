package io.tidemark.gateway.documents;

import static io.tidemark.gateway.documents.DocumentRegion.newName;
import static io.tidemark.gateway.documents.DocumentRegion.port;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.documents.dialect.Message;
import io.tidemark.documents.dialect.YWebSocket;
import io.tidemark.documents.lib0.ByteWriter;
import io.tidemark.documents.update.StateVector;
import io.tidemark.documents.update.Update;
import io.tidemark.gateway.documents.rooms.Goodbye;
import io.tidemark.gateway.fixtures.GatewayUnderTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Clients that send what they should not, too much of it, or take nothing: they are closed, and the others go on. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DocumentAbuseTest {
    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final Update A = DocumentClient.letter(7, 0, "a");

    private DocumentRegion region;
    private GatewayUnderTest gateway;

    @BeforeAll
    void start() {
        region = new DocumentRegion("document-abuse");
        gateway = region.gateway(
                "one",
                "--tidemark.documents.access=anyone",
                "--tidemark.documents.silence=3s",
                "--tidemark.documents.max-backlog=256KB",
                "--tidemark.documents.max-frames=40",
                "--tidemark.documents.max-rate=1MB");
    }

    @AfterAll
    void stop() {
        region.close();
    }

    private DocumentClient join(String document) {
        return DocumentClient.joined(port(gateway), document);
    }

    /** A client's end that does what a client should not: it takes nothing, and answers nothing. */
    private Socket mute(String document) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.setSoTimeout((int) LIMIT.toMillis());
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port(gateway)));
        socket.getOutputStream()
                .write(("GET /documents/" + document + " HTTP/1.1\r\nHost: shop.example\r\nUpgrade: websocket"
                                + "\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13"
                                + "\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
                        .getBytes(US_ASCII));
        assertThat(new String(socket.getInputStream().readNBytes(12), US_ASCII)).endsWith("101");
        return socket;
    }

    private double closed(Goodbye reason) {
        Counter counter = gateway.bean(MeterRegistry.class)
                .find("tidemark.documents.closed")
                .tag("reason", reason.label())
                .counter();
        return counter == null ? 0 : counter.count();
    }

    @Test
    void eachOctetOfAnEditChangedOrLeftOutStoresNothingThatIsNone() {
        String document = newName();
        DocumentClient bystander = join(document);
        byte[] edit = YWebSocket.write(new Message.Edit(A));
        int taken = 0;
        for (int i = 0; i < edit.length; i++) {
            byte[] flipped = edit.clone();
            flipped[i] ^= (byte) 0xFF;
            taken += isTaken(document, flipped) ? 1 : 0;
            taken += isTaken(document, Arrays.copyOf(edit, i)) ? 1 : 0;
        }

        bystander.say(new Message.Edit(A));

        bystander.hearsEdit(A);
        assertThat(taken)
                .as("a cut edit is none, and a changed one hardly ever")
                .isLessThan(edit.length / 2);
        assertThat(region.edits(document)).isEqualTo(taken + 1L);
    }

    /** Whether it was an edit all the same; else the connection is closed for good. */
    private boolean isTaken(String document, byte[] frame) {
        DocumentClient client = join(document);
        client.hears(Message.Lacking.class);
        long before = region.edits(document);
        client.send(frame);
        await().atMost(LIMIT).until(() -> client.isClosed() || region.edits(document) > before);
        if (client.isClosed()) {
            assertThat(client.closed()).isEqualTo(4400);
            return false;
        }
        client.abort();
        return true;
    }

    @Test
    void aClockFarAheadIsAGapAndDisturbsNobody() {
        String document = newName();
        DocumentClient anna = join(document);
        DocumentClient ben = join(document);
        Update ahead = Update.read(new ByteWriter(32)
                .integer(1)
                .integer(1)
                .integer(9)
                .integer((1L << 53) - 3)
                .octet(4)
                .integer(1)
                .string("t")
                .string("x")
                .octet(0)
                .toByteArray());

        anna.say(new Message.Edit(ahead));
        ben.hearsEdit(ahead);
        ben.say(new Message.Edit(A));
        anna.hearsEdit(ahead);
        anna.hearsEdit(A);

        DocumentClient late = new DocumentClient(port(gateway), document);
        StateVector known = late.hears(Message.Known.class).vector();
        assertThat(known.clock(9)).isZero();
        assertThat(known.clock(7)).isEqualTo(1);
    }

    @Test
    void aFrameThatIsTooLongEndsTheConnection() {
        String document = newName();
        DocumentClient anna = join(document);
        assertThatThrownBy(() -> {
                    anna.send(new byte[(1 << 20) + 1]);
                    throw new IllegalStateException(String.valueOf(anna.closed()));
                })
                .hasMessageMatching("1009|.*(closed output|Output closed)"); // while it is still being sent
        assertThat(region.edits(document)).isZero();
    }

    @Test
    void textEndsAConnectionOfManyDocumentsForGood() {
        CollaborationClient anna = new CollaborationClient(port(gateway)).with(newName());
        anna.socket().text("hello");
        assertThat(anna.socket().code()).isEqualTo(4400);
    }

    @Test
    void aFloodOfFramesEndsTheConnectionForAWhile() {
        String document = newName();
        DocumentClient bystander = join(document);
        double before = closed(Goodbye.TOO_FAST);
        DocumentClient anna = join(document);
        for (int i = 0; i < 600 && !anna.isClosed(); i++) {
            try {
                anna.say(new Message.WhoIsThere());
            } catch (RuntimeException closed) {
                break;
            }
        }
        await().atMost(LIMIT).until(() -> closed(Goodbye.TOO_FAST) > before); // the code may be lost: it still sends
        assertThat(Goodbye.TOO_FAST.status().getCode()).isEqualTo(4529);
        bystander.say(new Message.Edit(A));
        bystander.hearsEdit(A);
    }

    @Test
    void aFloodOfOctetsEndsTheConnectionForAWhile() {
        double before = closed(Goodbye.TOO_FAST);
        DocumentClient anna = join(newName());
        ByteWriter vector = new ByteWriter(1 << 20).integer(200_000);
        for (int i = 0; i < 200_000; i++) {
            vector.integer(i + 20_000).integer(1);
        }
        byte[] frame = new ByteWriter(1 << 20)
                .octet(0)
                .octet(0)
                .buffer(vector.toByteArray())
                .toByteArray();
        for (int i = 0; i < 30 && !anna.isClosed(); i++) {
            try {
                anna.send(frame);
            } catch (RuntimeException closed) {
                break;
            }
        }
        await().atMost(LIMIT).until(() -> closed(Goodbye.TOO_FAST) > before);
    }

    @Test
    void whoTakesNothingIsSentAwayAndTheOthersGoOn() throws IOException {
        String document = newName();
        try (Socket slow = mute(document)) {
            double before = closed(Goodbye.TOO_SLOW);
            DocumentClient editor = join(document);
            DocumentClient bystander = join(document);
            Random random = new Random(1);
            for (int client = 1; client < 60 && closed(Goodbye.TOO_SLOW) == before; client++) {
                byte[] octets = new byte[300_000];
                random.nextBytes(octets);
                Update large = Update.read(new ByteWriter(300_100)
                        .integer(1)
                        .integer(1)
                        .integer(client)
                        .integer(0)
                        .octet(3)
                        .integer(1)
                        .string("t")
                        .buffer(octets)
                        .octet(0)
                        .toByteArray());
                if (client % 30 == 0) {
                    editor = join(document); // as fast as one may
                }
                editor.say(new Message.Edit(large));
                editor.hearsEdit(large);
                bystander.hearsEdit(large);
            }
            await().atMost(LIMIT).until(() -> closed(Goodbye.TOO_SLOW) > before);
            assertThat(slow.isConnected()).isTrue();
        }
    }

    @Test
    void aConnectionThatIsHalfGoneIsEnded() throws IOException {
        try (Socket mute = mute(newName())) {
            byte[] all = mute.getInputStream().readAllBytes();
            String goodbye = "no sign of life";
            assertThat(new String(all, US_ASCII)).contains(goodbye);
            int at = new String(all, US_ASCII).indexOf(goodbye);
            assertThat(((all[at - 2] & 0xFF) << 8) | (all[at - 1] & 0xFF)).isEqualTo(1001);
        }
    }

    @Test
    void whoAnswersPingsStays() {
        DocumentClient anna = join(newName());
        double before = closed(Goodbye.SILENT);
        try (Socket mute = mute(newName())) {
            await().atMost(LIMIT).until(() -> closed(Goodbye.SILENT) > before);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
        anna.say(new Message.Edit(A));
        anna.hearsEdit(A);
    }
}
