package io.tidemark.writequeue.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.contracts.Write;
import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.Redis;
import io.tidemark.local.backends.RedisCommand;
import io.tidemark.writequeue.log.LogPlace;
import io.tidemark.writequeue.types.WriteType;
import io.tidemark.writequeue.types.WriteTypes;
import io.tidemark.writequeue.types.WriteTypesProperties;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** In whichever order an acceptance ends and its record is read, over a real Redis. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SettleScriptTest {
    private static final Duration LEASE = Duration.ofMinutes(1);
    private static final LogPlace PLACE = new LogPlace(3, 4711);
    private static final String TOKEN = "token";
    private static final String FINGERPRINT = "fingerprint";

    private final Redis server = Redis.create(BackendOptions.named("settle").withMode(BackendMode.EMBEDDED));
    private final WriteType type = type();
    private LettuceConnectionFactory connections;
    private StringRedisTemplate redis;
    private WriteStatusStore statuses;
    private Write write;
    private int writes;

    private static WriteType type() {
        Binder binder = new Binder(new MapConfigurationPropertySource(Map.of(
                "writes.origins.shop.url", "http://127.0.0.1:1",
                "writes.types.order.origin", "shop",
                "writes.types.order.path", "/orders",
                "writes.types.order.ordering-key", "all")));
        var properties = binder.bind("writes", WriteTypesProperties.class).get();
        return new WriteTypes(properties, new StandardEnvironment())
                .named("order")
                .orElseThrow();
    }

    @BeforeAll
    void start() {
        server.start();
        connections = new LettuceConnectionFactory("127.0.0.1", server.port());
        connections.afterPropertiesSet();
        connections.start();
        redis = new StringRedisTemplate(connections);
        StatusProperties properties = new StatusProperties(Duration.ofHours(1), Duration.ofSeconds(1));
        StatusRedis asked = new StatusRedis(redis, properties);
        statuses = new WriteStatusStore(
                asked,
                new Scripts(asked),
                new WriteFields(JsonMapper.shared()),
                properties,
                new QuotaProperties(1000, DataSize.ofMegabytes(1), DataSize.ofMegabytes(1)));
        redis.opsForValue().set(StatusKeys.COMPLETE, "1");
    }

    @AfterAll
    void stop() {
        connections.destroy();
        server.close();
    }

    @BeforeEach
    void claim() {
        String id = "write-" + writes++;
        write = new Write(
                1,
                id,
                "order",
                "ann",
                id,
                "all",
                JsonNodeFactory.instance.objectNode(),
                null,
                null,
                Instant.ofEpochSecond(1_700_000_000));
        assertThat(statuses.claim(write, type, FINGERPRINT, TOKEN, LEASE)).isEqualTo(Claim.CLAIMED);
    }

    private Optional<WriteState> settle(WriteState state) {
        return statuses.settle(write, TOKEN, state, state == WriteState.ACCEPTED ? PLACE : null);
    }

    private BeginVerdict begin() {
        return statuses.begin(write, FINGERPRINT, PLACE.offset(), 0, false);
    }

    private List<Object> place() {
        return redis.opsForHash().multiGet(StatusKeys.write(write.writeId()), List.of("partition", "offset"));
    }

    /** By its place it is found if its record is lost. */
    @Test
    void thePlaceOfTheRecordIsKept() {
        assertThat(settle(WriteState.ACCEPTED)).contains(WriteState.ACCEPTED);
        assertThat(place()).containsExactly("3", "4711");
        assertThat(begin()).isInstanceOf(BeginVerdict.Deliver.class);
        assertThat(place()).containsExactly("3", "4711");
    }

    @Test
    void itIsKeptWhereDeliveryBeginsBeforeTheAcceptanceEnds() {
        assertThat(begin()).isInstanceOf(BeginVerdict.Deliver.class);
        assertThat(settle(WriteState.ACCEPTED)).contains(WriteState.DELIVERING);
        assertThat(place()).containsExactly("3", "4711");
    }

    @Test
    void itIsKeptWhereTheDeliveryHasEnded() {
        assertThat(begin()).isInstanceOf(BeginVerdict.Deliver.class);
        statuses.delivered(write, List.of(), null);
        assertThat(settle(WriteState.ACCEPTED)).contains(WriteState.DELIVERED);
        assertThat(place()).containsExactly("3", "4711");
    }

    /** A record that was appended anew lies elsewhere. */
    @Test
    void itIsNotPutBackAfterARedrive() {
        assertThat(begin()).isInstanceOf(BeginVerdict.Deliver.class);
        redis.opsForHash().putAll(StatusKeys.write(write.writeId()), Map.of("partition", "5", "offset", "9000"));
        assertThat(settle(WriteState.ACCEPTED)).contains(WriteState.DELIVERING);
        assertThat(place()).containsExactly("5", "9000");
    }

    @Test
    void whoDidNotClaimItSetsNothing() {
        assertThat(begin()).isInstanceOf(BeginVerdict.Deliver.class);
        statuses.settle(write, "another", WriteState.ACCEPTED, new LogPlace(1, 1));
        assertThat(place()).containsOnlyNulls();
    }

    @Test
    void whatWasRefusedIsNotDelivered() {
        assertThat(settle(WriteState.REFUSED)).contains(WriteState.REFUSED);
        assertThat(begin()).isEqualTo(new BeginVerdict.Skip());
    }

    @Test
    void whatIsOnItsWayIsNotRefused() {
        assertThat(begin()).isInstanceOf(BeginVerdict.Deliver.class);
        assertThat(settle(WriteState.REFUSED)).contains(WriteState.DELIVERING);
    }

    /** Whoever asks again with the same key may have it accepted; then the first record may be delivered in its place. */
    @Test
    void whatWasRefusedAndAskedAgainIsDeliveredOnce() {
        assertThat(settle(WriteState.REFUSED)).contains(WriteState.REFUSED);
        assertThat(statuses.claim(write, type, FINGERPRINT, "again", LEASE)).isEqualTo(Claim.CLAIMED);
        assertThat(settle(WriteState.REFUSED)) // the first request's word comes late
                .contains(WriteState.ACCEPTING);
        assertThat(statuses.settle(write, "again", WriteState.ACCEPTED, PLACE)).contains(WriteState.ACCEPTED);
        assertThat(begin()).isInstanceOf(BeginVerdict.Deliver.class);
        statuses.delivered(write, List.of(), null);
        assertThat(begin()).isEqualTo(new BeginVerdict.Skip());
    }

    @Test
    void aRefusalIsKeptOnceAllReplicasHaveIt() throws Exception {
        assertThat(statuses.isRefusalKept(write.writeId()))
                .as("it is not refused")
                .isFalse();
        assertThat(settle(WriteState.REFUSED)).contains(WriteState.REFUSED);
        assertThat(statuses.isRefusalKept(write.writeId())).as("there are none").isTrue();
        try (Redis replica = Redis.create(BackendOptions.named("replica").withMode(BackendMode.EMBEDDED))) {
            replica.start();
            RedisCommand.send(replica.port(), "REPLICAOF", "127.0.0.1", Integer.toString(server.port()));
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> RedisCommand.texts(server.port(), "INFO", "replication")
                            .getFirst()
                            .contains("state=online"));
            claim();
            assertThat(settle(WriteState.REFUSED)).contains(WriteState.REFUSED);
            await().atMost(Duration.ofSeconds(30)).until(() -> statuses.isRefusalKept(write.writeId()));
            signal("-STOP", replica);
            try {
                claim();
                assertThat(settle(WriteState.REFUSED)).contains(WriteState.REFUSED);
                assertThat(statuses.isRefusalKept(write.writeId()))
                        .as("the replica stands still")
                        .isFalse();
            } finally {
                signal("-CONT", replica);
            }
            await().atMost(Duration.ofSeconds(30)).until(() -> statuses.isRefusalKept(write.writeId()));
        }
    }

    private static void signal(String signal, Redis to) throws Exception {
        String pid = to.process().replace("pid ", "");
        assertThat(new ProcessBuilder("kill", signal, pid).start().waitFor()).isZero();
    }

    /** Redis was emptied, or a replica without them took over: the claim, or the mark. Nobody calls that certain. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatRedisHasLostMayBeDeliveredSoItIsNotKnown(boolean isRead) {
        redis.delete(StatusKeys.write(write.writeId()));
        if (isRead) {
            assertThat(begin()).isInstanceOf(BeginVerdict.Deliver.class);
            assertThat(settle(WriteState.REFUSED)).contains(WriteState.DELIVERING);
        } else {
            assertThat(settle(WriteState.REFUSED)).isEmpty();
            assertThat(begin()).isInstanceOf(BeginVerdict.Deliver.class);
        }
    }
}
