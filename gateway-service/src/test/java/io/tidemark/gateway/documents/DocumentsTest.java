package io.tidemark.gateway.documents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.tidemark.documents.awareness.Presence;
import io.tidemark.documents.dialect.Message;
import io.tidemark.documents.lib0.ByteWriter;
import io.tidemark.documents.update.StateVector;
import io.tidemark.documents.update.Update;
import io.tidemark.gateway.documents.store.DocumentName;
import io.tidemark.gateway.documents.store.DocumentStore;
import io.tidemark.gateway.documents.store.Stored;
import io.tidemark.gateway.fixtures.GatewayUnderTest;
import io.tidemark.gateway.server.NettyConnections;
import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.Backends;
import io.tidemark.local.backends.Redis;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Documents through two gateways on one Redis: what is acknowledged is stored, and all clients get all of it.
 *
 * <p>One class, as one start of the gateways serves all of it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DocumentsTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Presence ANNA = new Presence(7, 1, "{\"name\":\"Anna\"}");

    private final Redis redis =
            Redis.create(BackendOptions.named("redis-documents").withMode(BackendMode.EMBEDDED));
    private GatewayUnderTest first;
    private GatewayUnderTest second;
    private RedisClient client;
    private StatefulRedisConnection<byte[], byte[]> atRedis;

    @BeforeAll
    void start() {
        Backends.startAll(List.of(redis));
        first = gateway("one");
        second = gateway("two");
        client = RedisClient.create(redis.url());
        atRedis = client.connect(ByteArrayCodec.INSTANCE);
        for (GatewayUnderTest gateway : List.of(first, second)) {
            await().atMost(LIMIT).until(() -> gateway.bean(DocumentStore.class).isUp());
        }
    }

    private GatewayUnderTest gateway(String colo) {
        return new GatewayUnderTest(
                "--tidemark.region=eu",
                "--tidemark.colo=" + colo,
                "--tidemark.redis.enabled=true",
                "--tidemark.documents.enabled=true",
                "--tidemark.documents.access=anyone",
                "--tidemark.documents.compact-after=20",
                "--tidemark.documents.max-document=200KB",
                "--tidemark.documents.max-connections=12",
                "--tidemark.documents.redis-timeout=3s",
                "--spring.data.redis.url=" + redis.url());
    }

    @AfterAll
    void stop() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        first.close();
        second.close();
        redis.close();
    }

    private static int port(GatewayUnderTest gateway) {
        return gateway.port("local.server.port");
    }

    private DocumentClient at(GatewayUnderTest gateway, String document) {
        return DocumentClient.joined(port(gateway), document);
    }

    private static String newName() {
        return "d-" + UUID.randomUUID();
    }

    private static HttpResponse<String> http(String method, int port, String path, String... fields)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (fields.length > 0) {
            request.headers(fields);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private long edits(String document) {
        byte[] key = ("tidemark:document:{" + document + "}:meta").getBytes(UTF_8);
        byte[] last = atRedis.sync().hget(key, "last".getBytes(UTF_8));
        return last == null ? 0 : Long.parseLong(new String(last, UTF_8));
    }

    @Test
    void anEditIsStoredAndThenSentToAllAndToItsSender() {
        String document = newName();
        DocumentClient anna = at(first, document);
        DocumentClient ben = at(second, document);
        assertThat(anna.hears(Message.Lacking.class).update().isEmpty()).isTrue();
        ben.hears(Message.Lacking.class);
        Update edit = DocumentClient.letter(7, 0, "a");

        anna.say(new Message.Edit(edit));

        anna.hearsEdit(edit);
        assertThat(edits(document)).isEqualTo(1);
        ben.hearsEdit(edit);
    }

    @Test
    void whoComesGetsWhatTheyLack() {
        String document = newName();
        DocumentClient anna = at(first, document);
        List<Update> word = DocumentClient.word(7, "word");
        word.forEach(letter -> anna.say(new Message.Edit(letter)));
        word.forEach(anna::hearsEdit);

        DocumentClient ben = new DocumentClient(port(second), document);
        assertThat(ben.hears(Message.Known.class).vector().clock(7)).isEqualTo(4);
        ben.say(new Message.Known(StateVector.read(new byte[] {1, 7, 3})));
        assertThat(ben.hears(Message.Lacking.class).update()).isEqualTo(word.getLast());
        ben.say(new Message.Known(StateVector.EMPTY));
        assertThat(ben.hears(Message.Lacking.class).update())
                .isEqualTo(Update.merge(word).compacted());
    }

    @Test
    void whoWasOfflineBringsWhatTheOthersLackAndNothingTwice() {
        String document = newName();
        DocumentClient anna = at(first, document);
        List<Update> word = DocumentClient.word(7, "off");
        DocumentClient ben = at(second, document);

        ben.say(new Message.Lacking(Update.merge(word)));
        anna.hearsEdit(Update.merge(word));
        ben.hears(Message.Edit.class);
        ben.say(new Message.Lacking(Update.merge(word)));
        ben.say(new Message.Lacking(Update.EMPTY));
        Update last = DocumentClient.letter(7, 3, "!");
        ben.say(new Message.Edit(last));

        anna.hearsEdit(last);
        assertThat(edits(document)).isEqualTo(2);
    }

    @Test
    void whatGotLostOnTheWayIsReadFromTheStore() {
        String document = newName();
        DocumentClient anna = at(first, document);
        List<Update> word = DocumentClient.word(7, "gap");
        anna.say(new Message.Edit(word.get(0)));
        anna.hearsEdit(word.get(0));
        // stored, and never told
        byte[] prefix = ("tidemark:document:{" + document + "}:").getBytes(UTF_8);
        String keys = new String(prefix, UTF_8);
        atRedis.sync().hincrby((keys + "meta").getBytes(UTF_8), "last".getBytes(UTF_8), 1);
        atRedis.sync()
                .xadd(
                        (keys + "log").getBytes(UTF_8),
                        new XAddArgs().id("2-0"),
                        "u".getBytes(UTF_8),
                        word.get(1).bytes());

        anna.say(new Message.Edit(word.get(2)));

        List<Update> heard = new ArrayList<>();
        heard.add(anna.hears(Message.Edit.class).update());
        heard.add(anna.hears(Message.Edit.class).update());
        assertThat(heard).containsExactlyInAnyOrder(word.get(1), word.get(2));
    }

    @Test
    void manyEditsBecomeASnapshotWithoutWhatWasDeleted() {
        String document = newName();
        DocumentClient anna = at(first, document);
        DocumentClient ben = at(second, document);
        List<Update> word = DocumentClient.word(7, "secretsecretsecret");
        word.forEach(letter -> anna.say(new Message.Edit(letter)));
        anna.say(new Message.Edit(DocumentClient.deletion(7, 0, 18)));
        Update last = DocumentClient.letter(8, 0, "z");
        ben.say(new Message.Edit(last));

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(http("GET", port(second), "/edge/documents/" + document)
                                .body())
                        .contains(
                                "\"tail\":0",
                                "\"edits\":20",
                                "\"snapshotAt\":20",
                                "\"vector\":{\"8\":1,\"7\":18}",
                                "\"compacted\""));
        byte[] snapshot = atRedis.sync()
                .hget(("tidemark:document:{" + document + "}:snapshot").getBytes(UTF_8), "update".getBytes(UTF_8));
        assertThat(new String(snapshot, UTF_8)).doesNotContain("s", "e", "c", "r");
        Update all = at(first, document).hears(Message.Lacking.class).update();
        assertThat(all).isEqualTo(Update.read(snapshot));
        anna.say(new Message.Edit(DocumentClient.letter(7, 18, "!")));
        await().atMost(LIMIT).untilAsserted(() -> assertThat(edits(document)).isEqualTo(21));
    }

    @Test
    void whoIsThereIsToldAndWithdrawnWhenTheConnectionIsGone() {
        String document = newName();
        DocumentClient anna = at(first, document);
        DocumentClient ben = at(second, document);
        DocumentClient other = at(first, document);
        anna.say(new Message.Present(List.of(ANNA)));

        anna.hearsOf(ANNA);
        ben.hearsOf(ANNA);
        other.hearsOf(ANNA);
        DocumentClient late = at(second, document);
        late.hearsOf(ANNA);
        anna.abort();
        Presence gone = new Presence(7, 1, null);
        ben.hearsOf(gone);
        other.hearsOf(gone);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "09",
                "0000",
                "000201",
                "00020201010100",
                "0005",
                "0000027f01",
                "01040107017b",
                "0002" + "0a" + "01010100040201740161" + "00"
            })
    void whatNoClientSendsEndsTheConnectionForGoodAndStoresNothing(String hex) throws Exception {
        String document = newName();
        DocumentClient anna = at(first, document);
        DocumentClient ben = at(first, document);

        anna.send(HexFormat.of().parseHex(hex));

        assertThat(anna.closed()).isEqualTo(4400);
        assertThat(edits(document)).isZero();
        ben.say(new Message.Edit(DocumentClient.letter(1, 0, "a")));
        ben.hears(Message.Edit.class);
    }

    @Test
    void textEndsTheConnectionForGood() {
        DocumentClient anna = at(first, newName());

        anna.text("hello");

        assertThat(anna.closed()).isEqualTo(4400);
    }

    @Test
    void aDocumentDoesNotGrowForEver() {
        String document = newName();
        DocumentClient anna = at(first, document);
        for (int client = 1; client <= 4; client++) {
            anna.say(new Message.Edit(large(client, 60_000)));
        }

        assertThat(anna.closed()).isEqualTo(4413);
        assertThat(edits(document)).isEqualTo(3);
    }

    private static Update large(int client, int letters) {
        var writer = new ByteWriter(letters + 16);
        return Update.read(writer.integer(1)
                .integer(1)
                .integer(client)
                .integer(0)
                .octet(4)
                .integer(1)
                .string("t")
                .string("x".repeat(letters))
                .octet(0)
                .toByteArray());
    }

    @Test
    void aGatewayThatLeavesSaysSo() {
        DocumentClient anna = at(first, newName());
        anna.hears(Message.Lacking.class);

        first.bean(NettyConnections.class).lastCall();

        assertThat(anna.closed()).isEqualTo(1001);
    }

    @Test
    void oneTooManyIsSentAwayForAWhile() {
        String document = newName();
        for (int i = 0; i < 12; i++) {
            at(first, document).hears(Message.Lacking.class);
        }

        assertThat(new DocumentClient(port(first), document).closed()).isEqualTo(4503);
    }

    @Test
    void whatIsErasedStaysSo() {
        String document = newName();
        DocumentClient anna = at(first, document);
        DocumentClient ben = at(second, document);
        Update edit = DocumentClient.letter(7, 0, "a");
        anna.say(new Message.Edit(edit));
        ben.hearsEdit(edit);

        assertThat(second.bean(DocumentStore.class)
                        .erase(new DocumentName(document), Instant.EPOCH)
                        .join())
                .isInstanceOf(Stored.Done.class);

        assertThat(anna.closed()).isEqualTo(4404);
        assertThat(ben.closed()).isEqualTo(4404);
        assertThat(new DocumentClient(port(first), document).closed()).isEqualTo(4404);
        assertThat(atRedis.sync().keys("tidemark:document:{" + document + "}:*"))
                .as("the mark alone")
                .hasSize(1);
        assertThat(edits(document)).isZero();
    }

    @Test
    void aStoreThatLostTheDocumentGetsItBackFromItsClients() {
        String document = newName();
        DocumentClient anna = at(first, document);
        Update edit = DocumentClient.letter(7, 0, "a");
        anna.say(new Message.Edit(edit));
        anna.hearsEdit(edit);
        for (String key : List.of("meta", "log", "snapshot")) {
            atRedis.sync().del(("tidemark:document:{" + document + "}:" + key).getBytes(UTF_8));
        }

        anna.say(new Message.Edit(DocumentClient.letter(7, 1, "b")));

        assertThat(anna.closed()).as("come back, and say all that you have").isEqualTo(1012);
        DocumentClient again = new DocumentClient(port(first), document);
        assertThat(again.hears(Message.Known.class).vector()).isEqualTo(StateVector.EMPTY);
    }

    @Test
    void aStoreThatForgotItsLastEditsGetsThemBackFromItsClients() {
        String document = newName();
        DocumentClient anna = at(first, document);
        List<Update> word = DocumentClient.word(7, "abc");
        word.subList(0, 2).forEach(letter -> anna.say(new Message.Edit(letter)));
        word.subList(0, 2).forEach(anna::hearsEdit);
        byte[] meta = ("tidemark:document:{" + document + "}:meta").getBytes(UTF_8);
        atRedis.sync().hset(meta, "last".getBytes(UTF_8), "0".getBytes(UTF_8));
        atRedis.sync().del(("tidemark:document:{" + document + "}:log").getBytes(UTF_8));

        anna.say(new Message.Edit(word.getLast()));

        assertThat(anna.closed()).isEqualTo(1012);
    }

    @Test
    void whenTheConnectionToTheStoreIsLostAllComeBackAndCompareWhatTheyHave() {
        String document = newName();
        DocumentClient anna = at(first, document);
        Update edit = DocumentClient.letter(7, 0, "a");
        anna.say(new Message.Edit(edit));
        anna.hearsEdit(edit);

        long before = listening();

        client("KILL", "TYPE", "pubsub");

        assertThat(anna.closed()).isEqualTo(1012);
        await().atMost(LIMIT).untilAsserted(() -> assertThat(listening()).isEqualTo(before));
        await().atMost(LIMIT).ignoreExceptions().untilAsserted(() -> {
            DocumentClient again = new DocumentClient(port(first), document);
            assertThat(again.hears(Message.Known.class).vector().clock(7)).isEqualTo(1);
        });
    }

    @Test
    void whatCannotBeStoredIsNotAcknowledged() {
        try {
            nothingIsStored();
        } finally {
            client("UNPAUSE");
        }
        String document = newName();
        await().atMost(LIMIT).until(() -> at(first, document).hears(Message.Lacking.class) != null);
    }

    /** Connections that listen for news, of both gateways. */
    private long listening() {
        return atRedis.sync()
                .clientList()
                .lines()
                .filter(line -> line.contains(" flags=P "))
                .count();
    }

    private void client(String... arguments) {
        CommandArgs<byte[], byte[]> all = new CommandArgs<>(ByteArrayCodec.INSTANCE);
        List.of(arguments).forEach(all::add);
        atRedis.sync().dispatch(CommandType.CLIENT, new NestedMultiOutput<>(ByteArrayCodec.INSTANCE), all);
    }

    private void nothingIsStored() {
        String document = newName();
        DocumentClient anna = at(first, document);
        anna.hears(Message.Lacking.class);
        client("PAUSE", "60000", "WRITE");

        anna.say(new Message.Edit(DocumentClient.letter(7, 0, "a")));

        assertThat(anna.closed()).isEqualTo(1013);
        assertThat(anna.hasHeardAnEdit()).isFalse();
        assertThat(new DocumentClient(port(second), newName()).closed()).isEqualTo(1013);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "a.b", "a%20b", "a%2Fb", "a:b", "%00", "ü"})
    void otherNamesAreRefused(String name) throws Exception {
        String path = "/documents/" + name.replace("ü", "%C3%BC");

        assertThat(http("GET", port(first), path).body()).contains("urn:tidemark:problem:");
        assertThat(http("GET", port(first), path).statusCode()).isBetween(400, 404);
        assertThat(http("GET", port(first), "/documents/" + "a".repeat(129)).statusCode())
                .isEqualTo(400);
    }

    @Test
    void onlyAWebSocketOfAnAllowedPageIsTaken() throws Exception {
        assertThat(http("GET", port(first), "/documents/x").statusCode()).isEqualTo(426);
        assertThat(http("DELETE", port(first), "/edge/documents/x").statusCode())
                .isEqualTo(403);
        assertThat(http("GET", port(first), "/edge/documents/" + newName()).statusCode())
                .isEqualTo(404);
        assertThat(upgrade("http://evil.example")).isEqualTo(403);
        assertThat(upgrade("null")).isEqualTo(403);
        assertThat(upgrade("http://127.0.0.1:" + port(first))).isEqualTo(101);
    }

    /** RFC 9113 §8.2.2: no field of HTTP/1.1's connections; RFC 8441 is not offered. */
    @ParameterizedTest
    @ValueSource(strings = {"/documents/x", "/collaboration"})
    void aWebSocketOverHttp2IsRefusedInItsWords(String path) {
        String answer = reactor.netty.http.client.HttpClient.create()
                .protocol(reactor.netty.http.HttpProtocol.H2C)
                .get()
                .uri("http://127.0.0.1:" + port(first) + path)
                .responseSingle((head, body) -> body.asString()
                        .map(text -> head.status().code() + " "
                                + head.responseHeaders().get("upgrade") + " " + text))
                .block(Duration.ofSeconds(30));

        assertThat(answer).startsWith("400 null ").contains("websocket-over-http2");
    }

    private int upgrade(String origin) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port(first))) {
            socket.setSoTimeout((int) LIMIT.toMillis());
            socket.getOutputStream()
                    .write(("GET /documents/x HTTP/1.1\r\nHost: 127.0.0.1:" + port(first)
                                    + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13"
                                    + "\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nOrigin: " + origin
                                    + "\r\n\r\n")
                            .getBytes(UTF_8));
            return Integer.parseInt(new String(socket.getInputStream().readNBytes(12), UTF_8).substring(9));
        }
    }

    @Test
    void realClientsAgreeThroughBothGateways() throws Exception {
        NodeScripts.Ended ended = NodeScripts.run(
                "editors.mjs",
                "1",
                "8",
                "600",
                newName(),
                "ws://127.0.0.1:" + port(first) + "/documents",
                "ws://127.0.0.1:" + port(second) + "/documents");

        assertThat(ended.said()).contains("agreed on");
        assertThat(ended.code()).isZero();
        System.out.print(ended.said());
    }
}
