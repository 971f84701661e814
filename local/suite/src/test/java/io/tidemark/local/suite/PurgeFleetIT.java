package io.tidemark.local.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.local.backends.Folders;
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
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What a receipt promises, held by real processes that are flooded with purges, cut off and killed. */
@Order(1)
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PurgeFleetIT {
    /** {@code tidemark.purge.fence}. */
    private static final Duration FENCE = Duration.ofSeconds(2);

    /** How many seconds a purge may take to be complete; less than a client waits for an answer. */
    private static final int WAIT = 15;

    private static final int ENOUGH = 20;
    private static final int MOST_STORMS = 6;
    private static final Duration RECOVERY = Duration.ofSeconds(90);
    private static final Duration KAFKA_IS_AWAY = Duration.ofSeconds(10);

    private final PurgeFleet fleet;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    PurgeFleetIT() throws IOException {
        Path work = Path.of("target", "purge-fleet").toAbsolutePath();
        Folders.delete(work);
        Files.createDirectories(work.resolve("logs"));
        Path root = Path.of("..", "..").toAbsolutePath().normalize();
        fleet = PurgeFleet.start(new LauncherOptions(root, Path.of("target"), work));
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

            await("fence").atMost(RECOVERY).pollInterval(Duration.ofMillis(20)).until(() -> {
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
            await().atMost(RECOVERY).until(() -> responsesInRedisUs() == 1);
        }

        gateway.kill();
        long version = fleet.origin().change(product);
        HttpResponse<String> purge = fleet.purge(product, WAIT);
        assertThat(purge.statusCode()).as(purge.body()).isEqualTo(200);
        if (alone) {
            assertThat(responsesInRedisUs())
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
            Problems.assertProblem(fleet.purge(second, message, product, WAIT), 409, "replayed");

            first.kill();
            HttpResponse<String> meanwhile = fleet.purge(second, "msg_" + UUID.randomUUID(), product, WAIT);
            assertThat(meanwhile.statusCode()).as(meanwhile.body()).isEqualTo(200);
            first.part().start();

            assertThat(Http.get(first.url() + "/v1/purges/" + id).statusCode()).isEqualTo(200);
            await("a lease has passed").atMost(RECOVERY).until(() -> isComplete(first, id));
            String idOfMeanwhile = Http.json(meanwhile).path("id").asString();
            await().atMost(RECOVERY).until(() -> isComplete(first, idOfMeanwhile));
            Problems.assertProblem(fleet.purge(first, message, product, WAIT), 409, "replayed");
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
        awaitInRedisEu(product);
        double first = erased("eu-1");
        double second = erased("eu-2");
        assertThat(deletedInEu(fleet.purge(product, WAIT))).isEqualTo(1);
        assertThat(erased("eu-1") + erased("eu-2")).isEqualTo(first + second + 1);

        PurgeFleet.Service eraser = fleet.gateway(erased("eu-1") > first ? "eu-1" : "eu-2");
        PurgeFleet.Service other = fleet.gateway(eraser.name().equals("eu-1") ? "eu-2" : "eu-1");
        eraser.kill();
        try {
            awaitHit(other, product);
            awaitInRedisEu(product);
            assertThat(deletedInEu(fleet.purge(product, WAIT))).isEqualTo(1);
        } finally {
            eraser.part().start();
        }
    }

    /** A gateway answers with what it has in memory before it is in Redis. */
    private void awaitInRedisEu(String product) {
        String script = """
            for _, key in ipairs(redis.call('KEYS', 'tidemark:{*}:response*')) do
              if string.find(redis.call('GET', key), ARGV[1], 1, true) then
                return 1
              end
            end
            return 0
            """;
        await(product + " is in Redis")
                .atMost(RECOVERY)
                .until(() -> RedisCommand.send(fleet.redisEu().port(), "EVAL", script, "0", product)
                        .equals(":1"));
    }

    /** What a purge deleted from Redis in eu, once its receipt says so. */
    private long deletedInEu(HttpResponse<String> purge) {
        assertThat(purge.statusCode()).as(purge.body()).isEqualTo(200);
        String receipt = fleet.invalidation().url() + "/v1/purges/"
                + Http.json(purge).path("id").asString();
        var erased = new AtomicReference<JsonNode>();
        await("erasure").atMost(RECOVERY).until(() -> {
            erased.set(Http.json(Http.get(receipt)).at("/regions/eu/erased"));
            return erased.get().isObject();
        });
        return erased.get().path("deleted").asLong();
    }

    /** How many responses the gateway has erased. */
    private double erased(String colo) throws IOException, InterruptedException {
        return Http.get(fleet.gateway(colo).management() + "/actuator/prometheus")
                .body()
                .lines()
                .filter(line -> line.startsWith("tidemark_eraser_deleted_total"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
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

    private static String epoch(JsonNode receipt) {
        return receipt.path("position").asString().split(":", 2)[0];
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
        int hits = 0;
        long version = 0;
        for (Duration away = Duration.ZERO; away.compareTo(KAFKA_IS_AWAY) < 0; away = since(killed)) {
            boolean fenced = away.compareTo(FENCE) > 0;
            if (fenced && version == 0) {
                version = fleet.origin().change(product); // nothing can be purged: the fence alone must see to it
            }
            for (PurgeFleet.Service gateway : fleet.gateways()) {
                HttpResponse<String> answer = read(gateway, product);
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(version(answer))
                        .as("%s after %s", gateway.name(), away)
                        .isEqualTo(version);
                hits += cacheStatus(answer).equals("HIT") ? 1 : 0;
                assertThat(fenced && cacheStatus(answer).equals("HIT"))
                        .as("a hit of %s after %s", gateway.name(), away)
                        .isFalse();
            }
            Thread.sleep(25);
        }
        assertThat(hits).as("hits before the fence").isPositive();
        fleet.kafka().start();

        for (PurgeFleet.Service gateway : fleet.gateways()) {
            await(gateway.name() + " trusts its cache again")
                    .atMost(RECOVERY)
                    .until(() -> standing(gateway).equals("current"));
            awaitHit(gateway, product);
            assertThat(version(read(gateway, product))).isEqualTo(version);
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
        try {
            while (posting.get()) {
                HttpResponse<String> answer = fleet.purge(newProduct(), 0);
                if (answer.statusCode() == 202 || answer.statusCode() == 200) {
                    accepted.add(Http.json(answer).path("id").asString());
                } else {
                    refused.add(answer);
                }
                Thread.sleep(10);
            }
        } catch (IOException unanswered) {
            throw new IllegalStateException(unanswered);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static String newProduct() {
        return "p" + UUID.randomUUID();
    }

    private static HttpResponse<String> read(PurgeFleet.Service gateway, String product)
            throws IOException, InterruptedException {
        return Http.get(gateway.url() + VersionedOrigin.PATH + product);
    }

    private static HttpResponse<String> firstAnswer(PurgeFleet.Service gateway, String product)
            throws InterruptedException {
        while (true) { // the test's timeout ends it
            try {
                return read(gateway, product);
            } catch (IOException notYet) {
                Thread.sleep(5);
            }
        }
    }

    private static void awaitHit(PurgeFleet.Service gateway, String product) {
        await(gateway.name() + " has a hit")
                .atMost(RECOVERY)
                .until(() -> cacheStatus(read(gateway, product)).equals("HIT"));
    }

    private static String cacheStatus(HttpResponse<?> answer) {
        return Http.header(answer, "X-Cache-Status");
    }

    private static long version(HttpResponse<?> answer) {
        return Long.parseLong(Http.header(answer, "X-Data-Version"));
    }

    /** How the gateway stands to the purge log, as its readiness says. */
    private static String standing(PurgeFleet.Service gateway) throws IOException, InterruptedException {
        JsonNode health = Http.json(Http.get(gateway.management() + "/actuator/health/readiness"));
        return health.at("/components/purgeLog/details/standing").asString("");
    }

    private static String state(JsonNode region, String colo) {
        return region.path("gateways").values().stream()
                .filter(gateway -> gateway.path("colo").asString().equals(colo))
                .map(gateway -> gateway.path("state").asString())
                .reduce((_, latest) -> latest)
                .orElse("not named");
    }

    private static boolean isComplete(PurgeFleet.Service invalidation, String id)
            throws IOException, InterruptedException {
        HttpResponse<String> receipt = Http.get(invalidation.url() + "/v1/purges/" + id);
        return receipt.statusCode() == 200
                && Http.json(receipt).path("complete").asBoolean(false);
    }

    private int responsesInRedisUs() throws IOException {
        String script = "return #redis.call('KEYS', 'tidemark:{*}:response*')";
        return Integer.parseInt(
                RedisCommand.send(fleet.redisUs().port(), "EVAL", script, "0").substring(1));
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }
}
