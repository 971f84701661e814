package io.tidemark.local.suite.storm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.local.backends.RedisCommand;
import io.tidemark.local.suite.client.Http;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import tools.jackson.databind.JsonNode;

/** What is looked at in a {@link PurgeFleet}: answers of its gateways, how they stand to the log, receipts, Redis. */
record FleetView(PurgeFleet fleet) {
    /** How long something may take to be as it should, on a busy machine. */
    static final Duration RECOVERY = Duration.ofSeconds(90);

    static String newProduct() {
        return "p" + UUID.randomUUID();
    }

    static HttpResponse<String> read(PurgeFleet.Service gateway, String product)
            throws IOException, InterruptedException {
        return Http.get(gateway.url() + VersionedOrigin.PATH + product);
    }

    static HttpResponse<String> firstAnswer(PurgeFleet.Service gateway, String product) {
        return await(gateway.name() + " answers")
                .atMost(RECOVERY)
                .pollInterval(Duration.ofMillis(5))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> read(gateway, product), _ -> true);
    }

    static void awaitHit(PurgeFleet.Service gateway, String product) {
        await(gateway.name() + " has a hit")
                .atMost(RECOVERY)
                .until(() -> cacheStatus(read(gateway, product)).equals("HIT"));
    }

    static String cacheStatus(HttpResponse<?> answer) {
        return Http.header(answer, "X-Cache-Status");
    }

    static long version(HttpResponse<?> answer) {
        return Long.parseLong(Http.header(answer, "X-Data-Version"));
    }

    /** How the gateway stands to the purge log, as its readiness says. */
    static String standing(PurgeFleet.Service gateway) throws IOException, InterruptedException {
        JsonNode health = Http.json(Http.get(gateway.management() + "/actuator/health/readiness"));
        return health.at("/components/purgeLog/details/standing").asString("");
    }

    static String state(JsonNode region, String colo) {
        return region.path("gateways").values().stream()
                .filter(gateway -> gateway.path("colo").asString().equals(colo))
                .map(gateway -> gateway.path("state").asString())
                .reduce((_, latest) -> latest)
                .orElse("not named");
    }

    static boolean isComplete(PurgeFleet.Service invalidation, String id) throws IOException, InterruptedException {
        HttpResponse<String> receipt = Http.get(invalidation.url() + "/v1/purges/" + id);
        return receipt.statusCode() == 200
                && Http.json(receipt).path("complete").asBoolean(false);
    }

    int responsesInRedisUs() throws IOException {
        String script = "return #redis.call('KEYS', 'tidemark:{*}:response*')";
        return Integer.parseInt(
                RedisCommand.send(fleet.redisUs().port(), "EVAL", script, "0").substring(1));
    }

    /** A gateway answers with what it has in memory before it is in Redis. */
    void awaitInRedisEu(String product) {
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
    long deletedInEu(HttpResponse<String> purge) {
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
    double erased(String colo) throws IOException, InterruptedException {
        return Http.get(fleet.gateway(colo).management() + "/actuator/prometheus")
                .body()
                .lines()
                .filter(line -> line.startsWith("tidemark_eraser_deleted_total"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    static String epoch(JsonNode receipt) {
        return receipt.path("position").asString().split(":", 2)[0];
    }
}
