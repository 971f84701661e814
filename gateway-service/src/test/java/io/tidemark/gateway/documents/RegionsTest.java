package io.tidemark.gateway.documents;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.RestoreArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.tidemark.commons.kafka.KafkaClients;
import io.tidemark.contracts.DocumentHead;
import io.tidemark.contracts.Erasure;
import io.tidemark.contracts.Position;
import io.tidemark.contracts.Topics;
import io.tidemark.documents.dialect.Message;
import io.tidemark.documents.lib0.ByteWriter;
import io.tidemark.documents.update.Update;
import io.tidemark.gateway.fixtures.GatewayUnderTest;
import io.tidemark.gateway.session.StateRegions;
import io.tidemark.local.backends.Backend;
import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.Backends;
import io.tidemark.local.backends.Kafka;
import io.tidemark.local.backends.Redis;
import io.tidemark.state.erasure.PersonErasure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Documents of two regions, each with a Redis of its own, and one Kafka between them.
 *
 * <p>One class, as one start of the gateways serves all of it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class RegionsTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Redis euRedis = redis("redis-eu");
    private final Redis usRedis = redis("redis-us");
    private final Kafka kafka =
            Kafka.create(BackendOptions.named("kafka-regions").withMode(BackendMode.EMBEDDED));
    private final Queue<Handed> handed = new ConcurrentLinkedQueue<>();
    private final AtomicInteger refusals = new AtomicInteger();
    private HttpServer writes;
    private final RedisClient client = RedisClient.create();
    private StatefulRedisConnection<String, String> atEu;
    private StatefulRedisConnection<String, String> atUs;
    private GatewayUnderTest eu;
    private GatewayUnderTest otherEu;
    private GatewayUnderTest us;

    /** A write that the write queue was offered. */
    private record Handed(String key, String document, Update update, int answer) {}

    /** In the place of the write queue. */
    private HttpServer writeQueue() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/writes", exchange -> {
            JsonNode write =
                    JsonMapper.shared().readTree(exchange.getRequestBody().readAllBytes());
            JsonNode data = write.get("data");
            int answer = refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0 ? 503 : 202;
            handed.add(new Handed(
                    exchange.getRequestHeaders().getFirst("Idempotency-Key"),
                    data.get("document").asString(),
                    Update.read(Base64.getDecoder().decode(data.get("update").asString())),
                    answer));
            exchange.getResponseHeaders().set("Location", "/v1/writes/1");
            exchange.sendResponseHeaders(answer, -1);
            exchange.close();
        });
        server.start();
        return server;
    }

    private List<Handed> handed(String document) {
        return handed.stream().filter(each -> each.document().equals(document)).toList();
    }

    private static Redis redis(String name) {
        return Redis.create(BackendOptions.named(name).withMode(BackendMode.EMBEDDED));
    }

    @BeforeAll
    void start() throws IOException {
        writes = writeQueue();
        Backends.startAll(List.of(euRedis, usRedis, kafka));
        atEu = client.connect(RedisURI.create(euRedis.url()));
        atUs = client.connect(RedisURI.create(usRedis.url()));
        eu = gateway("eu", "us", euRedis);
        otherEu = gateway("eu", "us", euRedis);
        us = gateway("us", "eu", usRedis);
        for (GatewayUnderTest gateway : List.of(eu, otherEu, us)) {
            await().atMost(LIMIT).until(() -> gateway.bean(DocumentStore.class).isUp());
        }
        String document = newName();
        DocumentClient anna = at(eu, document);
        DocumentClient ben = at(us, document);
        anna.say(new Message.Edit(DocumentClient.letter(1, 0, "a")));
        ben.say(new Message.Edit(DocumentClient.letter(2, 0, "b")));
        await().atMost(LIMIT).until(() -> edits(atEu, document) == 2 && edits(atUs, document) == 2);
    }

    private GatewayUnderTest gateway(String region, String other, Redis redis) {
        return new GatewayUnderTest(
                "--tidemark.region=" + region,
                "--tidemark.redis.enabled=true",
                "--tidemark.kafka.enabled=true",
                "--spring.kafka.bootstrap-servers=" + kafka.bootstrapServers(),
                "--tidemark.documents.enabled=true",
                "--tidemark.documents.access=anyone",
                "--tidemark.documents.compact-after=20",
                "--tidemark.documents.redis-timeout=3s",
                "--tidemark.documents.sealed=secret-",
                "--tidemark.documents.personal=secret-mine-",
                "--tidemark.state.enabled=true",
                "--tidemark.state.keys=" + StateRegions.KEY,
                "--tidemark.state.data-keys=" + region + StateRegions.KEY.substring(2),
                "--tidemark.state.redis-timeout=10s",
                "--tidemark.writes=http://127.0.0.1:" + writes.getAddress().getPort(),
                "--tidemark.documents.origin.write-type=" + (region.equals("eu") ? "document.changed" : ""),
                "--tidemark.documents.origin.pause=300ms",
                "--tidemark.documents.regions.others=" + other,
                "--tidemark.documents.regions.stay=home-",
                "--tidemark.documents.regions.poll=20ms",
                "--tidemark.documents.regions.settle=500ms",
                "--tidemark.documents.regions.receipt=30s",
                "--spring.data.redis.url=" + redis.url());
    }

    @AfterAll
    void stop() {
        List.of(eu, otherEu, us).forEach(GatewayUnderTest::close);
        writes.stop(0);
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        List.of(euRedis, usRedis, kafka).forEach(Backend::close);
    }

    private static int port(GatewayUnderTest gateway) {
        return gateway.port("local.server.port");
    }

    private static DocumentClient at(GatewayUnderTest gateway, String document) {
        return DocumentClient.joined(port(gateway), document);
    }

    private static String newName() {
        return "d-" + UUID.randomUUID();
    }

    private static long edits(StatefulRedisConnection<String, String> region, String document) {
        String last = region.sync().hget("tidemark:document:{" + document + "}:meta", "last");
        return last == null ? 0 : Long.parseLong(last);
    }

    private static String get(GatewayUnderTest gateway, String document) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port(gateway) + "/edge/documents/" + document))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static Update all(GatewayUnderTest gateway, String document) {
        return Comparison.all((Stored.Content) gateway.bean(DocumentStore.class)
                .read(new DocumentName(document), 0)
                .join());
    }

    @Test
    void anEditReachesTheOtherRegionAndDoesNotComeBack() throws Exception {
        String document = newName();
        DocumentClient anna = at(eu, document);
        DocumentClient ben = at(us, document);
        Update ofAnna = DocumentClient.letter(7, 0, "a");
        Update ofBen = DocumentClient.letter(8, 0, "b");

        anna.say(new Message.Edit(ofAnna));
        ben.hearsEdit(ofAnna);
        ben.say(new Message.Edit(ofBen));
        anna.hearsEdit(ofAnna);
        anna.hearsEdit(ofBen);

        // each has heard the other's vector, after all that was edited
        for (GatewayUnderTest gateway : List.of(eu, us)) {
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(get(gateway, document))
                            .contains("\"lag\":0", "\"others\":{\"" + (gateway == us ? "eu" : "us") + "\"")
                            .containsPattern("\"others\".*\"8\":1,\"7\":1")
                            .doesNotContain("\"lag\":1"));
        }
        assertThat(edits(atEu, document)).isEqualTo(2);
        assertThat(edits(atUs, document)).isEqualTo(2);
    }

    @Test
    void whatIsTooLongForARecordComesWhole() {
        String document = newName();
        DocumentClient anna = at(eu, document);
        Update tooLong = typed("x".repeat(900_000));

        anna.say(new Message.Edit(tooLong));

        await().atMost(LIMIT).until(() -> edits(atUs, document) == 1);
        assertThat(all(us, document)).isEqualTo(tooLong);
    }

    @Test
    void whatStaysInItsRegionIsToldToNobody() {
        String document = "home-" + newName();
        DocumentClient anna = at(eu, document);
        anna.say(new Message.Edit(DocumentClient.letter(7, 0, "a")));
        anna.hears(Message.Edit.class);
        String after = newName();
        DocumentClient ben = at(eu, after);
        ben.say(new Message.Edit(DocumentClient.letter(7, 0, "a")));
        await().atMost(LIMIT).until(() -> edits(atUs, after) == 1);

        assertThat(atUs.sync().keys("tidemark:document:{" + document + "}:*")).isEmpty();
        assertThat(atEu.sync().zscore("tidemark:{documents}:publish", document)).isNull();
    }

    @Test
    void aGatewayThatDiesBeforeItTellsTheOthersLeavesItToAnother() {
        String document = newName();
        DocumentClient anna = at(eu, document);
        takenByTheDead(document, System.currentTimeMillis() + 60_000.0);
        anna.say(new Message.Edit(DocumentClient.letter(7, 0, "a")));
        anna.hears(Message.Edit.class);
        String other = newName();
        DocumentClient ben = at(eu, other);
        ben.say(new Message.Edit(DocumentClient.letter(7, 0, "a")));
        await().atMost(LIMIT).until(() -> edits(atUs, other) == 1);
        assertThat(edits(atUs, document)).isZero();
        atEu.sync().zrem("tidemark:{documents}:settle", document); // that regions compare would mend it, too

        takenByTheDead(document, 1); // its lease ends

        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(edits(atUs, document)).as(this::agenda).isEqualTo(1));
    }

    /** Regions have compared: nothing that comes after is mended that way. */
    private void awaitSettled(String document) {
        await().atMost(LIMIT)
                .until(() -> atEu.sync().zscore("tidemark:{documents}:settle", document) == null
                        && atEu.sync().zscore("tidemark:{documents}:settle:taken", document) == null);
    }

    private void takenByTheDead(String document, double until) {
        atEu.sync().zadd("tidemark:{documents}:publish:taken", until, document);
    }

    private String agenda() {
        return "due " + atEu.sync().zrangeWithScores("tidemark:{documents}:publish", 0, -1) + ", taken "
                + atEu.sync().zrangeWithScores("tidemark:{documents}:publish:taken", 0, -1) + ", now "
                + atEu.sync().time();
    }

    @Test
    void whatWasMissedIsFetchedOnceTheGapIsSeen() {
        String document = newName();
        DocumentClient anna = at(eu, document);
        List<Update> word = DocumentClient.word(7, "gap");
        anna.say(new Message.Edit(word.get(0)));
        await().atMost(LIMIT).until(() -> edits(atUs, document) == 1);
        // the next is taken for told, and is not
        atEu.sync().zadd("tidemark:{documents}:publish:taken", System.currentTimeMillis() + 60_000.0, document);
        anna.say(new Message.Edit(word.get(1)));
        anna.hears(Message.Edit.class);
        anna.hears(Message.Edit.class);
        atEu.sync().hset("tidemark:document:{" + document + "}:meta", "published", "2");
        atEu.sync().zrem("tidemark:{documents}:publish:taken", document);

        anna.say(new Message.Edit(word.get(2)));

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(all(us, document).vector())
                        .isEqualTo(Update.merge(word).vector()));
    }

    @Test
    void aRecordThatComesTwiceIsStoredOnce() {
        DocumentName name = new DocumentName(newName());
        DocumentHead head = DocumentHead.of(DocumentHead.Kind.EDITS, "eu");
        ReplicaStore replicas = us.bean(ReplicaStore.class);
        Update edit = DocumentClient.letter(7, 0, "a");
        DocumentHead first = head.withEdits(new DocumentHead.Edits("e", 0, 3));
        assertThat(replicas.receive(name, first, edit).join()).isEqualTo(ReplicaStore.Received.STORED);
        assertThat(replicas.receive(name, first, edit).join()).isEqualTo(ReplicaStore.Received.KNOWN);
        assertThat(replicas.receive(name, head.withEdits(new DocumentHead.Edits("e", 3, 4)), edit)
                        .join())
                .isEqualTo(ReplicaStore.Received.STORED);
        assertThat(replicas.receive(name, head.withEdits(new DocumentHead.Edits("e", 6, 7)), edit)
                        .join())
                .isEqualTo(ReplicaStore.Received.GAP);
        assertThat(replicas.receive(name, head.withEdits(new DocumentHead.Edits("other", 0, 1)), edit)
                        .join())
                .isEqualTo(ReplicaStore.Received.STORED);
        assertThat(edits(atUs, name.value())).isEqualTo(4);
    }

    @Test
    void regionsThatAreCutOffGoOnAndAgreeAfterwards() {
        String document = newName();
        DocumentClient anna = at(eu, document);
        DocumentClient ben = at(us, document);
        List<Update> ofAnna = DocumentClient.word(7, "anna in europe writes on and on");
        List<Update> ofBen = DocumentClient.word(8, "ben overseas");
        kafka.kill();
        try {
            ofAnna.forEach(letter -> anna.say(new Message.Edit(letter)));
            ofBen.forEach(letter -> ben.say(new Message.Edit(letter)));
            anna.say(new Message.Edit(DocumentClient.deletion(7, 0, 5)));
            ofAnna.forEach(anna::hearsEdit);
            ofBen.forEach(ben::hearsEdit);
        } finally {
            kafka.start();
        }

        await().atMost(LIMIT).untilAsserted(() -> {
            Update inEu = all(eu, document);
            Update inUs = all(us, document);
            assertThat(inEu.vector().clock(8)).isEqualTo(ofBen.size());
            assertThat(inUs.vector().clock(7)).isEqualTo(ofAnna.size());
            assertThat(inUs.compacted()).isEqualTo(inEu.compacted());
        });
        await().atMost(LIMIT).until(() -> eu.bean(RegionMeters.class).waiting() == 0);
    }

    @Test
    void whoWasCutOffForLongerThanTheLogKeepsCompares() throws Exception {
        String document = newName();
        String unknown = newName();
        DocumentClient anna = at(eu, document);
        List<Update> word = DocumentClient.word(7, "long");
        anna.say(new Message.Edit(word.getFirst()));
        await().atMost(LIMIT).until(() -> edits(atUs, document) == 1);
        await().atMost(LIMIT).until(() -> us.bean(RegionMeters.class).unread() == 0);
        us.close();

        word.stream().skip(1).forEach(letter -> anna.say(new Message.Edit(letter)));
        DocumentClient carl = at(eu, unknown);
        carl.say(new Message.Edit(DocumentClient.letter(9, 0, "c")));
        await().atMost(LIMIT).untilAsserted(() -> {
            for (String each : List.of(document, unknown)) {
                var meta = atEu.sync().hgetall("tidemark:document:{" + each + "}:meta");
                assertThat(meta.get("published"))
                        .isEqualTo(meta.get("own"))
                        .isEqualTo(each.equals(document) ? "4" : "1");
            }
        });
        awaitSettled(document);
        awaitSettled(unknown);
        forgetAll();
        us = gateway("us", "eu", usRedis);

        await().atMost(LIMIT).until(() -> edits(atUs, unknown) == 1);
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(all(us, document).vector())
                        .isEqualTo(Update.merge(word).vector()));
    }

    private void forgetAll() throws Exception {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()))) {
            Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
            for (int partition = 0; partition < 12; partition++) { // as the topic is made
                ends.put(new TopicPartition(Topics.DOCUMENTS, partition), OffsetSpec.latest());
            }
            Map<TopicPartition, RecordsToDelete> deletes = new HashMap<>();
            admin.listOffsets(ends)
                    .all()
                    .get()
                    .forEach((partition, end) -> deletes.put(partition, RecordsToDelete.beforeOffset(end.offset())));
            admin.deleteRecords(deletes).all().get();
        }
    }

    @Test
    void whatIsErasedIsErasedInAllRegionsWithAReceipt() throws Exception {
        String document = newName();
        DocumentName name = new DocumentName(document);
        DocumentClient anna = at(eu, document);
        DocumentClient ben = at(us, document);
        Update edit = DocumentClient.letter(7, 0, "a");
        anna.say(new Message.Edit(edit));
        ben.hearsEdit(edit);

        awaitSettled(document);

        RegionalView.Receipt receipt =
                otherEu.bean(RegionalView.class).erase(name).join();

        assertThat(receipt.waiting()).isEmpty();
        assertThat(receipt.regions().toString()).contains("eu={", "us={", "redis=1");
        assertThat(anna.closed()).isEqualTo(4404);
        assertThat(ben.closed()).isEqualTo(4404);
        DocumentClient offline = new DocumentClient(port(us), document);
        assertThat(offline.closed()).isEqualTo(4404);
        assertThat(get(us, document)).contains("\"status\":410", "document-erased");
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(get(us, document)).contains("\"regions\":{\"us\":{", "\"eu\":{"));
        assertThat(edits(atUs, document)).isZero();
        assertThat(edits(atEu, document)).isZero();
        assertThat(atUs.sync().exists("tidemark:document:{" + document + "}:log"))
                .isZero();
    }

    @Test
    void anErasureAndACompactionMayComeInAnyOrder() {
        DocumentStore store = eu.bean(DocumentStore.class);
        for (boolean erasedFirst : List.of(true, false)) {
            DocumentName name = new DocumentName(newName());
            Update edit = DocumentClient.letter(7, 0, "a");
            Stored.Edit stored = (Stored.Edit) store.append(name, "", edit, "").join();
            if (erasedFirst) {
                store.erase(name, Instant.EPOCH).join();
            }
            assertThat(store.compact(name, stored.epoch(), 0, 1, edit, Instant.EPOCH)
                            .join())
                    .isInstanceOf(erasedFirst ? Stored.Other.class : Stored.Done.class);
            store.erase(name, Instant.EPOCH).join();
            assertThat(store.append(name, stored.epoch(), edit, "").join()).isInstanceOf(Stored.Erased.class);
            assertThat(store.read(name, 0).join()).isInstanceOf(Stored.Erased.class);
            assertThat(atEu.sync().exists(key(name, "log"), key(name, "snapshot")))
                    .isZero();
        }
    }

    private static String key(DocumentName name, String what) {
        return new String(name.key(what), UTF_8);
    }

    @Test
    void whatIsSealedIsReadInBothRegionsAndLiesNowhereInPlain() {
        DocumentName name = new DocumentName("secret-" + newName());
        DocumentClient anna = at(eu, name.value());
        DocumentClient ben = at(us, name.value());
        Update canary = typed("canary-canary");

        anna.say(new Message.Edit(canary));

        ben.hearsEdit(canary);
        assertThat(at(us, name.value()).hears(Message.Lacking.class).update()).isEqualTo(canary);
        for (int clock = 0; clock < 20; clock++) {
            ben.say(new Message.Edit(DocumentClient.letter(8, clock, "x")));
        }
        await().atMost(LIMIT).until(() -> atUs.sync().exists(key(name, "snapshot")) == 1);
        await().atMost(LIMIT).until(() -> all(eu, name.value()).vector().clock(8) == 20);
        assertThat(all(us, name.value()).compacted())
                .isEqualTo(all(eu, name.value()).compacted());
        for (var region : List.of(atEu, atUs)) {
            for (String part : region.sync().keys("tidemark:document:{" + name + "}:*")) {
                assertThat(new String(region.sync().dump(part), ISO_8859_1))
                        .as(part)
                        .doesNotContain("canary")
                        .isNotEmpty();
            }
        }
        assertThat(told()).isNotEmpty().noneMatch(record -> record.contains("canary"));
    }

    private static Update typed(String text) {
        var writer = new ByteWriter(64);
        return Update.read(writer.integer(1)
                .integer(1)
                .integer(5)
                .integer(0)
                .octet(4)
                .integer(1)
                .string("t")
                .string(text)
                .octet(0)
                .toByteArray());
    }

    /** All that the log has. */
    private List<String> told() {
        List<String> told = new ArrayList<>();
        try (var consumer = eu.bean(KafkaClients.class).consumer(Map.of())) {
            List<TopicPartition> all = IntStream.range(0, 12)
                    .mapToObj(partition -> new TopicPartition(Topics.DOCUMENTS, partition))
                    .toList();
            consumer.assign(all);
            Map<TopicPartition, Long> ends = consumer.endOffsets(all);
            consumer.seekToBeginning(all);
            while (all.stream().anyMatch(each -> consumer.position(each) < Objects.requireNonNull(ends.get(each)))) {
                consumer.poll(Duration.ofSeconds(1))
                        .forEach(record -> told.add(new String(record.value(), ISO_8859_1)));
            }
        }
        return told;
    }

    @Test
    void anOldCopyOfWhatWasSealedAndErasedDoesNotOpen() {
        DocumentName name = new DocumentName("secret-" + newName());
        DocumentClient anna = at(eu, name.value());
        Update canary = typed("canary");
        anna.say(new Message.Edit(canary));
        anna.hearsEdit(canary);
        await().atMost(LIMIT).until(() -> edits(atUs, name.value()) == 1);
        Map<String, byte[]> copy = new HashMap<>();
        for (String part : List.of("meta", "log")) {
            copy.put(part, atEu.sync().dump(key(name, part)));
        }
        int keys = atEu.sync().keys("tidemark:datakey:*").size();

        assertThat(eu.bean(RegionalView.class).erase(name).join().regions().toString())
                .contains("eu={", "us={")
                .contains("keys=1, redis=1")
                .doesNotContain("keys=0");
        assertThat(atEu.sync().keys("tidemark:datakey:*")).hasSize(keys - 1);
        copy.forEach((part, dump) -> atEu.sync()
                .restore(key(name, part), dump, RestoreArgs.Builder.ttl(0).replace()));

        assertThat(eu.bean(DocumentStore.class).read(name, 0).join()).isInstanceOf(Stored.Erased.class);
        assertThat(new DocumentClient(port(eu), name.value()).closed()).isEqualTo(4404);
    }

    @Test
    void theOriginHearsOfWhatItLacksOnce() {
        String document = newName();
        DocumentClient anna = at(us, document);
        List<Update> word = DocumentClient.word(7, "abc");
        refusals.set(2);

        anna.say(new Message.Edit(word.get(0)));
        await().atMost(LIMIT).until(() -> handed(document).stream().anyMatch(each -> each.answer() == 202));
        refusals.set(0);
        List<Handed> first = handed(document);
        assertThat(first).allMatch(each -> each.update().equals(word.get(0)));
        assertThat(first.stream().map(Handed::key).distinct()).hasSize(1);

        anna.say(new Message.Edit(word.get(1)));
        anna.say(new Message.Edit(word.get(2)));
        anna.say(new Message.Edit(DocumentClient.deletion(7, 0, 1)));
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(Update.merge(handed(document).stream()
                                        .map(Handed::update)
                                        .toList())
                                .compacted())
                        .isEqualTo(all(us, document).compacted()));
        assertThat(handed(document).getLast().update().vector().clocks())
                .as("what the origin has is not in it")
                .isEmpty();
        assertThat(handed(document).stream()
                        .filter(each -> each.answer() == 202)
                        .map(Handed::key))
                .doesNotHaveDuplicates();
    }

    @Test
    void whoIsErasedIsErasedWithTheirDocumentsInAllRegions() {
        DocumentName own = new DocumentName("secret-mine-" + newName());
        DocumentName others = new DocumentName("secret-mine-" + newName());
        DocumentName nobodys = new DocumentName(newName());
        DocumentOwners owners = eu.bean(DocumentOwners.class);
        DocumentStore store = eu.bean(DocumentStore.class);
        Update edit = DocumentClient.letter(7, 0, "a");
        String anna = owners.of(own, "anna");
        assertThat(owners.of(nobodys, "anna")).isEmpty();
        assertThat(anna).isNotEmpty().doesNotContain("anna");
        store.append(own, "", edit, anna).join();
        store.append(others, "", edit, owners.of(others, "ben")).join();
        await().atMost(LIMIT).until(() -> edits(atUs, own.value()) == 1 && edits(atUs, others.value()) == 1);
        DocumentName late = new DocumentName("secret-mine-" + newName());
        DocumentOwners.note(eu.bean(DocumentRedis.class), late, anna).join();
        assertThat(atUs.sync().smembers("tidemark:documents:of:" + anna)).containsExactly(own.value());

        PersonErasure erasure = eu.bean(PersonErasure.class);
        assertThat(erasure.stores()).containsExactly("responses", "sessions", "documents", "keys");
        assertThat(erasure.erase(List.of(anna), new Position("e", 1)).get("documents"))
                .isEqualTo(new Erasure.Store(1, 0));

        assertThat(store.read(own, 0).join()).isInstanceOf(Stored.Erased.class);
        assertThat(store.read(others, 0).join()).isInstanceOf(Stored.Content.class);
        assertThat(store.append(late, "", edit, anna).join())
                .as("one that was about to be made")
                .isInstanceOf(Stored.Erased.class);
        await().atMost(LIMIT)
                .until(() -> us.bean(DocumentStore.class).read(own, 0).join() instanceof Stored.Erased);
    }

    @Test
    void whatARegionEditsThatDidNotHearOfTheErasureIsErasedThereToo() {
        DocumentName name = new DocumentName(newName());
        // as if the record of the erasure was lost
        atEu.sync().hset("tidemark:document:{" + name + "}:meta", "erased", "2026-11-30T00:00:00Z");
        DocumentClient ben = at(us, name.value());

        ben.say(new Message.Edit(DocumentClient.letter(7, 0, "a")));

        assertThat(ben.closed()).isEqualTo(4404);
        assertThat(edits(atEu, name.value())).isZero();
        assertThat(edits(atUs, name.value())).isZero();
    }
}
