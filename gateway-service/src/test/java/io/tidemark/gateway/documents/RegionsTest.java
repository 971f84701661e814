package io.tidemark.gateway.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.tidemark.contracts.DocumentHead;
import io.tidemark.contracts.Topics;
import io.tidemark.documents.dialect.Message;
import io.tidemark.documents.lib0.ByteWriter;
import io.tidemark.documents.update.Update;
import io.tidemark.gateway.fixtures.GatewayUnderTest;
import io.tidemark.local.backends.Backend;
import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.Backends;
import io.tidemark.local.backends.Kafka;
import io.tidemark.local.backends.Redis;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
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
    private final RedisClient client = RedisClient.create();
    private StatefulRedisConnection<String, String> atEu;
    private StatefulRedisConnection<String, String> atUs;
    private GatewayUnderTest eu;
    private GatewayUnderTest otherEu;
    private GatewayUnderTest us;

    private static Redis redis(String name) {
        return Redis.create(BackendOptions.named(name).withMode(BackendMode.EMBEDDED));
    }

    @BeforeAll
    void start() {
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
        var writer = new ByteWriter(1_000_000);
        Update tooLong = Update.read(writer.integer(1)
                .integer(1)
                .integer(5)
                .integer(0)
                .octet(4)
                .integer(1)
                .string("t")
                .string("x".repeat(900_000))
                .octet(0)
                .toByteArray());

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

        takenByTheDead(document, 1); // its lease ends

        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(edits(atUs, document)).as(this::agenda).isEqualTo(1));
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
