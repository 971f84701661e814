package io.tidemark.local.suite;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.local.suite.client.Http;
import io.tidemark.local.suite.client.WebhookSignature;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A user whom all parts keep something of, erased. What lies in files is read there: Redis', the topics', the logs. */
@Order(37)
class ErasureIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int[] REDIS = {16379, 16380};

    private final RunningSuite suite = RunningSuite.get();
    private final String user = "canary-" + RunningSuite.newId();

    @Test
    void nothingOfThemIsReadableBeforeAndNothingIsLeftAfter() throws Exception {
        assumeThat(RunningSuite.isExternal()).as("its files are elsewhere").isFalse();
        String bearer = "Bearer " + SessionIT.tokenOf(user);
        HttpResponse<String> made = Http.send("POST", suite.gatewayEu() + "/edge/session", "", "Authorization", bearer);
        String cookie = SessionIT.cookie(made);
        String note = "/edge/session/state/note";
        assertThat(Http.send(
                                "PUT",
                                suite.gatewayUs() + note,
                                "{\"text\":\"canary-entry\"}",
                                "Cookie",
                                cookie,
                                "If-None-Match",
                                "*")
                        .statusCode())
                .isEqualTo(201);
        assertThat(Http.get(suite.gatewayEu() + "/api/me", "Authorization", bearer)
                        .body())
                .contains(user);
        assertThat(Http.get(suite.gatewayUs() + "/api/me", "Authorization", bearer)
                        .body())
                .contains(user);
        Products.setFault("{\"path\":\"/api/orders\",\"status\":503,\"rate\":1}");
        try {
            String writeId = waitingOrder(bearer);
            awaitPersonalResponses();
            assertThat(filesWith("canary"))
                    .as("files that hold something of the user")
                    .isEmpty();
            List<Map<String, String>> copies = copies();

            JsonNode receipt = erase();

            for (String place : List.of("eu", "us", "write-queue")) {
                JsonNode stores = receipt.at("/regions/" + place + "/stores");
                assertThat(stores.isEmpty()).as(place + " of " + receipt).isFalse();
                stores.properties()
                        .forEach(store -> assertThat(
                                        store.getValue().path("left").asInt(-1))
                                .as(place + ' ' + store.getKey())
                                .isZero());
            }
            assertThat(receipt.at("/regions/write-queue/stores/writes/deleted").asInt())
                    .isEqualTo(1);
            assertThat(receipt.at("/regions/eu/stores/sessions/deleted").asInt())
                    .isEqualTo(1);
            Problems.assertProblem(Http.get(suite.gatewayUs() + note, "Cookie", cookie), 401, "session-invalid");
            assertThat(status(writeId)).isEqualTo("erased");
            Products.clearFaults("/api/orders");

            List<String> theirs = new ArrayList<>(copies.getFirst().keySet());
            theirs.removeAll(keysOfUsers(REDIS[0]));
            theirs.removeIf(key -> !key.contains("datakey"));
            assertThat(theirs).as("data keys that are gone").hasSize(1);

            putBack(copies);

            await().atMost(SOON).untilAsserted(() -> {
                assertThat(Http.get(suite.gatewayEu() + note, "Cookie", cookie).statusCode())
                        .isEqualTo(401);
                assertThat(keysOfUsers(REDIS[0])).doesNotContainAnyElementsOf(theirs);
            });
            assertThat(Writes.ordersAtOrigin(user)).as("never delivered").isEmpty();
            assertThat(filesWith("canary")).isEmpty();
        } finally {
            Products.clearFaults("/api/orders");
        }
    }

    private String waitingOrder(String bearer) throws IOException, InterruptedException {
        HttpResponse<String> accepted = Writes.send(
                "order.place",
                "{\"customerId\":\"" + user + "\",\"n\":1,\"text\":\"canary-order\"}",
                "Authorization",
                bearer);
        assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
        String writeId = Http.json(accepted).path("writeId").asString();
        await().atMost(SOON).until(() -> status(writeId).equals("retrying"));
        return writeId;
    }

    private String status(String writeId) throws IOException, InterruptedException {
        return Http.json(Http.get(suite.writeQueue() + "/v1/writes/" + writeId, "X-Client-Id", user))
                .path("status")
                .asString();
    }

    private JsonNode erase() throws IOException, InterruptedException {
        String path = "/v1/subjects/" + user;
        HttpResponse<String> answer = Http.send(
                "DELETE",
                suite.invalidation() + path,
                "",
                WebhookSignature.headers(
                        "msg_" + UUID.randomUUID(),
                        Instant.now(),
                        "DELETE " + path,
                        WebhookSignature.SECRET,
                        "Prefer",
                        "wait=30"));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode receipt = Http.json(answer);
        assertThat(receipt.path("complete").asBoolean()).as(receipt.toString()).isTrue();
        assertThat(answer.body()).doesNotContain("canary");
        return receipt;
    }

    private static void awaitPersonalResponses() {
        await().atMost(SOON).untilAsserted(() -> {
            for (int port : REDIS) {
                assertThat(keysOfUsers(port)).anyMatch(key -> key.endsWith("}:stored"));
            }
        });
    }

    @SuppressWarnings("unchecked") // what KEYS answers
    private static List<String> keysOfUsers(int port) throws IOException {
        try (RespClient redis = new RespClient(port)) {
            List<String> keys = new ArrayList<>();
            for (String pattern : new String[] {"tidemark:session*", "tidemark:person*", "tidemark:datakey*"}) {
                keys.addAll((List<String>) redis.call("KEYS", pattern));
            }
            return keys;
        }
    }

    private static List<Map<String, String>> copies() throws IOException {
        List<Map<String, String>> copies = new ArrayList<>();
        for (int port : REDIS) {
            Map<String, String> copy = new LinkedHashMap<>();
            try (RespClient redis = new RespClient(port)) {
                for (String key : keysOfUsers(port)) {
                    copy.put(key, String.valueOf(redis.call("DUMP", key)));
                }
            }
            copies.add(copy);
        }
        return copies;
    }

    /** As if the file of then were put back: with it comes the place of then. */
    private static void putBack(List<Map<String, String>> copies) throws IOException {
        for (int i = 0; i < REDIS.length; i++) {
            try (RespClient redis = new RespClient(REDIS[i])) {
                for (Map.Entry<String, String> key : copies.get(i).entrySet()) {
                    redis.call("RESTORE", key.getKey(), "0", key.getValue(), "REPLACE");
                }
                for (String key : keysOfUsers(REDIS[i])) {
                    if (key.contains("erased-up-to") && !copies.get(i).containsKey(key)) {
                        redis.call("DEL", key);
                    }
                }
            }
        }
    }

    /** Of all that the suite has written, but for the origin's own. */
    private static List<Path> filesWith(String word) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("target", "run"))) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().contains("origin-stub"))
                    .filter(file -> has(file, word))
                    .toList();
        }
    }

    private static boolean has(Path file, String word) {
        try {
            return new String(Files.readAllBytes(file), ISO_8859_1).contains(word);
        } catch (IOException gone) {
            return false;
        }
    }
}
