package io.tidemark.local.suite.storm;

import static io.tidemark.local.suite.storm.FleetView.RECOVERY;
import static io.tidemark.local.suite.storm.FleetView.awaitHit;
import static io.tidemark.local.suite.storm.FleetView.cacheStatus;
import static io.tidemark.local.suite.storm.FleetView.epoch;
import static io.tidemark.local.suite.storm.FleetView.firstAnswer;
import static io.tidemark.local.suite.storm.FleetView.isComplete;
import static io.tidemark.local.suite.storm.FleetView.newProduct;
import static io.tidemark.local.suite.storm.FleetView.read;
import static io.tidemark.local.suite.storm.FleetView.standing;
import static io.tidemark.local.suite.storm.FleetView.state;
import static io.tidemark.local.suite.storm.FleetView.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.local.backends.Folders;
import io.tidemark.local.backends.RedisCommand;
import io.tidemark.local.suite.client.Http;
import io.tidemark.local.suite.launcher.LauncherOptions;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * What a receipt promises, held by real processes that are flooded with purges, cut off and killed.
 *
 * <p>One class, as one start of the fleet serves all of it.
 */
@Order(1)
@Timeout(300)
@DisabledIfSystemProperty(named = "suite.external", matches = "true", disabledReason = "has a fleet of its own")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PurgeFleetIT {
    /** {@code tidemark.purge.fence}. */
    private static final Duration FENCE = Duration.ofSeconds(2);

    /** How many seconds a purge may take to be complete; less than a client waits for an answer. */
    private static final int WAIT = 15;

    private static final int ENOUGH = 20;
    private static final int MOST_STORMS = 6;
    private static final Duration SOON = Duration.ofMillis(20);
    private static final Duration KAFKA_IS_AWAY = Duration.ofSeconds(10);

    private final PurgeFleet fleet;
    private final FleetView view;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    PurgeFleetIT() throws IOException {
        Path work = Path.of("target", "purge-fleet").toAbsolutePath();
        Folders.delete(work);
        Files.createDirectories(work.resolve("logs"));
        Path root = Path.of("..", "..").toAbsolutePath().normalize();
        fleet = PurgeFleet.start(new LauncherOptions(root, Path.of("target"), work));
        view = new FleetView(fleet);
    }

    @AfterAll
    void stop() {
        fleet.close();
        threads.shutdownNow();
    }

    /** On a busy machine a storm may pass before much was seen: then there is another one, to which all the same applies. */
    @Test
    @Order(1)
    void noReadIsOlderThanAPurgeThatWasCompleteBeforeItBegan() {
        var plan = new Storm.Plan(Duration.ofSeconds(5), Duration.ofSeconds(5), 20, 10, Duration.ofMillis(50));

        fleet.gateways().forEach(gateway -> awaitHit(gateway, newProduct()));
        int completions = 0;
        long hits = 0;

        for (int storms = 0; storms < MOST_STORMS && (completions <= ENOUGH || hits == 0); storms++) {
            Storm.Result seen = new Storm(fleet, plan).run();
            assertThat(seen.oldReads).isEmpty();
            assertThat(seen.failures).isEmpty();
            completions += seen.completions.size();
            hits += seen.hits.get();
        }

        assertThat(completions).isGreaterThan(ENOUGH);
        assertThat(hits).isPositive();
    }

    @Test
    @Order(2)
    void aGatewayThatIsCutOffFromTheLogIsFencedInTimeAndLeftOutOfTheReceipt() throws Exception {
        PurgeFleet.Service cutOff = fleet.gateway("eu-2");
        String product = newProduct();
        awaitHit(cutOff, product);
        fleet.kafkaOfEu2().freeze();
        try {
            long frozen = System.nanoTime();
            long version = fleet.origin().change(product);
            Future<HttpResponse<String>> purge = threads.submit(() -> fleet.purge(product, WAIT));

            await("fence").atMost(RECOVERY).pollInterval(SOON).until(() -> {
                Duration since = since(frozen); // before the question: the answer is of a later moment
                boolean isCutOff = standing(cutOff).equals("cut-off");
                assertThat(isCutOff || since.compareTo(FENCE) <= 0)
                        .as("trusted %s after its last word", since)
                        .isTrue();
                return isCutOff;
            });

            assertThat(purge.get().statusCode()).as(purge.get().body()).isEqualTo(200);
            JsonNode eu = Http.json(purge.get()).path("regions").path("eu");
            assertThat(state(eu, "eu-1")).isEqualTo("applied");
            assertThat(state(eu, "eu-2")).isEqualTo("left-out");
            for (int n = 0; n < 20; n++) {
                HttpResponse<String> answer = read(cutOff, product);
                assertThat(version(answer)).isEqualTo(version);
                assertThat(cacheStatus(answer)).isNotIn("HIT", "STALE");
            }
        } finally {
            fleet.kafkaOfEu2().restore();
        }
        long last = fleet.origin().change(product);
        await("trust").atMost(RECOVERY).until(() -> standing(cutOff).equals("current"));
        JsonNode receipt = Http.json(fleet.purge(product, WAIT));
        assertThat(state(receipt.path("regions").path("eu"), "eu-2")).isEqualTo("applied");
        assertThat(version(read(cutOff, product))).isEqualTo(last);
        awaitHit(cutOff, product);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"eu-2", "us-1"})
    @Order(3)
    void theFirstAnswerOfAGatewayThatWasKilledIsFresh(String colo) throws Exception {
        PurgeFleet.Service gateway = fleet.gateway(colo);
        String product = newProduct();
        boolean alone = colo.equals("us-1");
        if (alone) {
            RedisCommand.send(fleet.redisUs().port(), "FLUSHALL");
        }
        awaitHit(gateway, product);
        if (alone) {
            await().atMost(RECOVERY).until(() -> view.responsesInRedisUs() == 1);
        }

        gateway.kill();
        long version = fleet.origin().change(product);
        HttpResponse<String> purge = fleet.purge(product, WAIT);
        assertThat(purge.statusCode()).as(purge.body()).isEqualTo(200);
        if (alone) {
            assertThat(view.responsesInRedisUs())
                    .as("nobody was left to erase the old one")
                    .isEqualTo(1);
        }
        Future<?> start = threads.submit(gateway.part()::start);
        HttpResponse<String> first = firstAnswer(gateway, product);

        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(version(first)).isEqualTo(version);
        start.get();
        awaitHit(gateway, product);
        assertThat(version(read(gateway, product))).isEqualTo(version);
    }

    @Test
    @Order(4)
    void receiptsAndReplayProtectionHoldOnAllInstancesAndOverARestart() throws Exception {
        PurgeFleet.Service first = fleet.invalidation();
        PurgeFleet.Service second = fleet.anotherInvalidation();
        second.part().start();
        try {
            String message = "msg_" + UUID.randomUUID();
            String product = newProduct();
            HttpResponse<String> answer = fleet.purge(first, message, product, WAIT);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            String id = Http.json(answer).path("id").asString();
            JsonNode elsewhere = Http.json(Http.get(second.url() + "/v1/purges/" + id));
            assertThat(elsewhere.path("position")).isEqualTo(Http.json(answer).path("position"));
            await().atMost(RECOVERY).until(() -> isComplete(second, id));
            assertThat(Http.json(fleet.purge(second, message, product, WAIT)).path("position"))
                    .as("the same message again is the same purge")
                    .isEqualTo(Http.json(answer).path("position"));

            first.kill();
            HttpResponse<String> meanwhile = fleet.purge(second, "msg_" + UUID.randomUUID(), product, WAIT);
            assertThat(meanwhile.statusCode()).as(meanwhile.body()).isEqualTo(200);
            first.part().start();

            assertThat(Http.get(first.url() + "/v1/purges/" + id).statusCode()).isEqualTo(200);
            await("a lease has passed").atMost(RECOVERY).until(() -> isComplete(first, id));
            String idOfMeanwhile = Http.json(meanwhile).path("id").asString();
            await().atMost(RECOVERY).until(() -> isComplete(first, idOfMeanwhile));
            assertThat(Http.json(fleet.purge(first, message, product, WAIT)).path("position"))
                    .as("the same message again is the same purge")
                    .isEqualTo(Http.json(answer).path("position"));
            assertThat(fleet.purge(first, "msg_" + UUID.randomUUID(), product, WAIT)
                            .statusCode())
                    .isEqualTo(200);
        } finally {
            second.part().stop();
        }
    }

    @Test
    @Order(5)
    void oneGatewayOfARegionErasesAndTheOtherTakesOverWhenItDies() throws Exception {
        String product = newProduct();
        awaitHit(fleet.gateway("eu-1"), product);
        view.awaitInRedisEu(product);
        double first = view.erased("eu-1");
        double second = view.erased("eu-2");
        assertThat(view.deletedInEu(fleet.purge(product, WAIT))).isEqualTo(1);
        assertThat(view.erased("eu-1") + view.erased("eu-2")).isEqualTo(first + second + 1);

        PurgeFleet.Service eraser = fleet.gateway(view.erased("eu-1") > first ? "eu-1" : "eu-2");
        PurgeFleet.Service other = fleet.gateway(eraser.name().equals("eu-1") ? "eu-2" : "eu-1");
        eraser.kill();
        try {
            awaitHit(other, product);
            view.awaitInRedisEu(product);
            assertThat(view.deletedInEu(fleet.purge(product, WAIT))).isEqualTo(1);
        } finally {
            eraser.part().start();
        }
    }

    @Test
    @Order(6)
    void aRecreatedLogMakesEverythingStoredUnusableAndReceiptsGoOn() throws Exception {
        String product = newProduct();
        for (PurgeFleet.Service gateway : fleet.gateways()) {
            awaitHit(gateway, product);
        }
        JsonNode before = Http.json(fleet.purge(newProduct(), WAIT));
        long version = fleet.origin().change(product); // is not purged

        try (Admin admin =
                Admin.create(Map.of("bootstrap.servers", fleet.kafka().bootstrapServers()))) {
            admin.deleteTopics(List.of("tidemark.purges")).all().get();
        }

        var after = new AtomicReference<JsonNode>();
        await("a purge of the new log is complete").atMost(RECOVERY).until(() -> {
            HttpResponse<String> answer = fleet.purge(newProduct(), WAIT);
            after.set(Http.json(answer));
            return answer.statusCode() == 200 && !epoch(after.get()).equals(epoch(before));
        });
        for (PurgeFleet.Service gateway : fleet.gateways()) {
            assertThat(version(read(gateway, product))).as(gateway.name()).isEqualTo(version);
        }
        assertThat(isComplete(fleet.invalidation(), before.path("id").asString()))
                .isTrue();
    }

    @Test
    @Order(7)
    void whileKafkaIsAwayGatewaysServeThenFenceThenRecoverAndNoAcceptedPurgeIsLost() throws Exception {
        String product = newProduct();
        for (PurgeFleet.Service gateway : fleet.gateways()) {
            awaitHit(gateway, product);
        }
        var posting = new AtomicBoolean(true);
        var accepted = new ConcurrentLinkedQueue<String>();
        var refused = new ConcurrentLinkedQueue<HttpResponse<String>>();
        List<Future<?>> posters = new ArrayList<>();
        for (int n = 0; n < 4; n++) {
            posters.add(threads.submit(() -> post(posting, accepted, refused)));
        }
        await().atMost(RECOVERY).until(() -> accepted.size() > 50);

        fleet.kafka().kill();
        long killed = System.nanoTime();
        var hits = new AtomicInteger();
        var version = new AtomicLong();
        await("fenced for a while").atMost(RECOVERY).pollInterval(SOON).until(() -> {
            Duration away = since(killed);
            boolean fenced = away.compareTo(FENCE) > 0;
            if (fenced && version.get() == 0) {
                version.set(fleet.origin().change(product)); // nothing can be purged: the fence alone must see to it
            }
            for (PurgeFleet.Service gateway : fleet.gateways()) {
                HttpResponse<String> answer = read(gateway, product);
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(version(answer))
                        .as("%s after %s", gateway.name(), away)
                        .isEqualTo(version.get());
                boolean hit = cacheStatus(answer).equals("HIT");
                assertThat(fenced && hit)
                        .as("a hit of %s after %s", gateway.name(), away)
                        .isFalse();
                hits.addAndGet(hit ? 1 : 0);
            }
            return away.compareTo(KAFKA_IS_AWAY) >= 0;
        });
        assertThat(hits).as("hits before the fence").hasPositiveValue();
        fleet.kafka().start();

        for (PurgeFleet.Service gateway : fleet.gateways()) {
            await(gateway.name() + " trusts its cache again")
                    .atMost(RECOVERY)
                    .until(() -> standing(gateway).equals("current"));
            awaitHit(gateway, product);
            assertThat(version(read(gateway, product))).isEqualTo(version.get());
        }
        int before = accepted.size();
        await("purges are accepted again").atMost(RECOVERY).until(() -> accepted.size() > before + 20);
        posting.set(false);
        for (Future<?> poster : posters) {
            poster.get();
        }
        assertThat(refused).isNotEmpty().allSatisfy(answer -> {
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
            assertThat(Http.header(answer, "Retry-After")).isNotEmpty();
        });
        for (String id : accepted) {
            await("purge " + id + " is complete").atMost(RECOVERY).until(() -> isComplete(fleet.invalidation(), id));
        }
    }

    private void post(
            AtomicBoolean posting,
            ConcurrentLinkedQueue<String> accepted,
            ConcurrentLinkedQueue<HttpResponse<String>> refused) {
        await("told to end").atMost(Duration.ofMinutes(5)).pollInterval(SOON).until(() -> {
            HttpResponse<String> answer = fleet.purge(newProduct(), 0);
            if (answer.statusCode() == 202 || answer.statusCode() == 200) {
                accepted.add(Http.json(answer).path("id").asString());
            } else {
                refused.add(answer);
            }
            return !posting.get();
        });
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }
}
