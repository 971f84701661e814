package io.tidemark.invalidation;

import static io.tidemark.invalidation.Requests.SECRET;
import static io.tidemark.invalidation.Requests.assertProblem;
import static io.tidemark.invalidation.Requests.eventually;
import static io.tidemark.invalidation.Requests.get;
import static io.tidemark.invalidation.Requests.json;
import static io.tidemark.invalidation.Requests.signed;
import static io.tidemark.invalidation.Requests.uri;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.commons.purgelog.PurgeLog;
import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.invalidation.receipts.CompletedUpTo;
import io.tidemark.local.backends.Backends;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.data.redis.core.StringRedisTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One class, as one start of the service serves all of it. */
@DisplayName("The invalidation service, with a real Kafka and a real Redis")
class InvalidationServiceTest {
    private static final String TAG = "{\"targets\":[{\"tag\":\"product:42\"}]}";
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final JsonMapper JSON = JsonMapper.shared();

    private static ConfigurableApplicationContext service;
    private static FakeGateway eu;
    private static FakeGateway us;

    @BeforeAll
    static void start() throws Exception {
        service = startService();
        eventually("ready", () -> get(service, "/v1/regions").body().contains("head"));
        String kafka = Backends.shared().kafka().bootstrapServers();
        eu = new FakeGateway(kafka, "eu", "eu-1");
        us = new FakeGateway(kafka, "us", "us-1");
        eventually(
                "both gateways seen",
                () -> json(get(service, "/v1/regions")).at("/regions").size() == 2);
    }

    @AfterAll
    static void stop() throws Exception {
        eu.close();
        us.close();
        service.close();
    }

    static ConfigurableApplicationContext startService(String... more) {
        String[] arguments = java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(
                                "--server.port=0",
                                "--management.server.port=0",
                                "--spring.profiles.active=local",
                                "--spring.kafka.bootstrap-servers="
                                        + Backends.shared().kafka().bootstrapServers(),
                                "--spring.data.redis.url="
                                        + Backends.shared().redis(0).url(),
                                "--spring.data.redis.timeout=10s",
                                "--tidemark.webhooks.publish-timeout=10s",
                                "--tidemark.sources.picky.secrets=" + SECRET,
                                "--tidemark.sources.picky.allow.tags=product:*",
                                "--tidemark.sources.picky.allow.hosts=shop.example",
                                "--tidemark.sources.picky.allow.prefixes=/api/",
                                "--tidemark.sources.slow.secrets=" + SECRET,
                                "--tidemark.sources.slow.allow.tags=*",
                                "--tidemark.sources.slow.rate-limit=1",
                                "--tidemark.sources.hub.scheme=github",
                                "--tidemark.sources.hub.secrets=It's a Secret to Everybody",
                                "--tidemark.sources.hub.allow.tags=*",
                                "--tidemark.sources.hub.events.push.targets[0].tag=ref:{ref}",
                                "--tidemark.sources.lagging.secrets=" + SECRET,
                                "--tidemark.sources.lagging.allow.tags=*",
                                "--tidemark.sources.lagging.repurge-after=200ms"),
                        java.util.stream.Stream.of(more))
                .toArray(String[]::new);
        return SpringApplication.run(InvalidationApplication.class, arguments);
    }

    // --- purges -----------------------------------------------------------------------------------------------------

    @Test
    void aSignedPurgeIsAcceptedWithItsPositionAndItsReceiptNamesEachGateway() throws Exception {
        HttpResponse<String> response = post("catalog", TAG, signed(TAG));
        assertThat(response.statusCode()).isEqualTo(202);
        JsonNode accepted = json(response);
        Position position = Position.parse(accepted.path("position").asString());
        assertThat(position.offset()).isNotNegative();
        assertThat(response.headers().firstValue("Location"))
                .contains(accepted.path("status").asString());
        assertThat(get(service, accepted.path("status").asString()).statusCode())
                .as("the receipt is there as soon as the purge is accepted")
                .isEqualTo(200);
        JsonNode receipt = awaitComplete(accepted.path("id").asString());
        assertThat(receipt.at("/position").asString()).isEqualTo(position.toString());
        assertThat(receipt.at("/targets/0/tag").asString()).isEqualTo("product:42");
        assertThat(receipt.at("/mode").asString()).isEqualTo("hard");
        for (String region : List.of("eu", "us")) {
            JsonNode part = receipt.at("/regions/" + region);
            assertThat(part.path("complete").asBoolean()).isTrue();
            assertThat(part.at("/gateways/0/colo").asString()).isEqualTo(region + "-1");
            assertThat(part.at("/gateways/0/applied").asBoolean()).isTrue();
            assertThat(part.at("/gateways/0/tookMs").isNumber()).isTrue();
            assertThat(part.path("erased").isNull()).isTrue();
        }
        assertThat(json(get(service, "/v1/purges?limit=1")).at("/purges/0/id").asString())
                .isEqualTo(accepted.path("id").asString());
    }

    @Test
    void aSenderThatPrefersToWaitIsAnsweredWithTheCompleteReceipt() throws Exception {
        HttpResponse<String> response = post("catalog", TAG, signed(TAG), "Prefer", "wait=30");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Preference-Applied")).contains("wait=30");
        assertThat(json(response).path("complete").asBoolean()).isTrue();
        assertThat(json(response).at("/regions").propertyNames()).contains("eu", "us");
    }

    @Test
    void aPurgeThatSomebodyElsePublishedHasAReceiptToo() throws Exception {
        Purge purge = new Purge(
                UUID.randomUUID().toString(),
                "write-queue-service",
                List.of(Target.all()),
                Purge.Mode.SOFT,
                "request-1",
                Instant.now());
        Position position = service.getBean(PurgeLog.class).publish(purge).get(30, TimeUnit.SECONDS);
        JsonNode receipt = awaitComplete(purge.id());
        assertThat(receipt.path("position").asString()).isEqualTo(position.toString());
        assertThat(receipt.path("source").asString()).isEqualTo("write-queue-service");
        assertThat(receipt.path("mode").asString()).isEqualTo("soft");
    }

    @Test
    void aThousandTargetsAreOnePosition() throws Exception {
        String body = IntStream.range(0, 1000)
                .mapToObj(i -> "{\"url\":\"https://shop.example/api/products/" + i + "?" + "x".repeat(200) + "\"}")
                .collect(Collectors.joining(",", "{\"mode\":\"soft\",\"targets\":[", "]}"));
        HttpResponse<String> response = post("catalog", body, signed(body), "Prefer", "wait=30");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(json(response).path("targets").size()).isEqualTo(1000);
    }

    @Test
    void aSecondInstanceAndOneStartedLaterShowTheSameReceipt() throws Exception {
        String id = json(post("catalog", TAG, signed(TAG), "Prefer", "wait=30"))
                .path("id")
                .asString();
        try (ConfigurableApplicationContext second = startService()) {
            eventually("the other instance has it", () -> {
                HttpResponse<String> response = get(second, "/v1/purges/" + id);
                return response.statusCode() == 200
                        && json(response).path("complete").asBoolean();
            });
            String messageId = "msg-" + UUID.randomUUID();
            HttpResponse<String> accepted =
                    Requests.post(service, "catalog", TAG, signed(messageId, Instant.now(), TAG));
            assertThat(accepted.statusCode()).isEqualTo(202);
            HttpResponse<String> again = Requests.post(second, "catalog", TAG, signed(messageId, Instant.now(), TAG));
            assertThat(again.statusCode()).as(again.body()).isEqualTo(200);
            assertThat(json(again).path("id")).isEqualTo(json(accepted).path("id"));
        }
    }

    @Nested
    class AGatewayThat {
        @Test
        void doesNotApplyKeepsThePurgeIncompleteAndTheWaitEndsInTime() throws Exception {
            us.stopApplying();
            try {
                long start = System.nanoTime();
                HttpResponse<String> response = post("catalog", TAG, signed(TAG), "Prefer", "wait=1");
                assertThat(Duration.ofNanos(System.nanoTime() - start))
                        .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(20));
                assertThat(response.statusCode()).isEqualTo(202);
                assertThat(response.headers().firstValue("Preference-Applied")).contains("wait=1");
                String status = json(response).path("status").asString();
                eventually(
                        "the other region is complete",
                        () -> json(get(service, status))
                                .at("/regions/eu/complete")
                                .asBoolean());
                JsonNode receipt = json(get(service, status));
                assertThat(receipt.path("complete").asBoolean()).isFalse();
                assertThat(receipt.at("/regions/us/gateways/0/state").asString())
                        .isEqualTo("awaited");
            } finally {
                us.applyAgain();
            }
        }

        @Test
        void diesIsLeftOutWhenItsLeaseHasRunOut() throws Exception {
            try (FakeGateway dying = new FakeGateway(Backends.shared().kafka().bootstrapServers(), "us", "us-2")) {
                eventually(
                        "it is seen", () -> get(service, "/v1/regions").body().contains("us-2"));
                dying.stopApplying();
                dying.die();
                HttpResponse<String> response = post("catalog", TAG, signed(TAG), "Prefer", "wait=30");
                assertThat(response.statusCode()).isEqualTo(200);
                assertThat(json(response).at("/regions/us/gateways"))
                        .anyMatch(g -> g.path("colo").asString().equals("us-2")
                                && g.path("state").asString().equals("left-out")
                                && !g.path("applied").asBoolean());

                String id = json(response).path("id").asString();
                Position position =
                        Position.parse(json(response).path("position").asString());
                eventually(
                        "it is remembered as complete",
                        () -> Optional.ofNullable(service.getBean(StringRedisTemplate.class)
                                        .opsForValue()
                                        .get("tidemark:receipts:complete-up-to"))
                                .flatMap(CompletedUpTo::parse)
                                .filter(known -> known.position().isAtOrPast(position))
                                .isPresent());
                try (ConfigurableApplicationContext restarted = startService()) {
                    eventually(
                            "it has read the log",
                            () -> get(restarted, "/v1/purges/" + id).statusCode() == 200);
                    JsonNode receipt = json(get(restarted, "/v1/purges/" + id));
                    assertThat(receipt.path("complete").asBoolean())
                            .as("though the dead gateway's lease runs anew: " + receipt)
                            .isTrue();
                }
            }
        }
    }

    @Test
    void aSourceWhoseReplicasLagIsPurgedOnceMore() throws Exception {
        String tag = "lag-" + UUID.randomUUID();
        String body = "{\"targets\":[{\"tag\":\"" + tag + "\"}]}";
        assertThat(post("lagging", body, signed(body)).statusCode()).isEqualTo(202);
        eventually("two purges of the tag", () -> {
            long purges = json(get(service, "/v1/purges?limit=1000"))
                    .path("purges")
                    .valueStream()
                    .filter(p -> p.at("/targets/0/tag").asString().equals(tag))
                    .count();
            assertThat(purges).isLessThanOrEqualTo(2);
            return purges == 2;
        });
    }

    @Test
    void aDryRunIsAnsweredWithoutAPurgeAndNamesTheGatewaysThatAreSilent() throws Exception {
        List<String> headers = signed(TAG);
        int before = purgesInTheLog();
        HttpRequest request = HttpRequest.newBuilder(uri(service, "/v1/sources/catalog/purges?dry-run"))
                .headers(headers.toArray(String[]::new))
                .POST(HttpRequest.BodyPublishers.ofString(TAG))
                .build();
        JsonNode preview = json(CLIENT.send(request, HttpResponse.BodyHandlers.ofString()));
        assertThat(purgesInTheLog()).isEqualTo(before);
        assertThat(preview.path("complete").asBoolean()).isFalse();
        assertThat(preview.at("/regions/eu/covered").asInt()).isEqualTo(2);
        assertThat(preview.at("/regions/eu/gateways/0/stored").asInt()).isEqualTo(5);
        assertThat(preview.at("/regions/us/silent/0").asString()).isEqualTo("us-1-1");
        assertProblem(post("catalog", TAG, headers), 409, "webhook-id-used", "dry run");
        assertThat(purgesInTheLog()).as("resent without its query").isEqualTo(before);
    }

    @Test
    void aDryRunThatTheSignedBodyAsksForIsOneWhateverTheQuerySays() throws Exception {
        String body = TAG.replace("{\"targets", "{\"dryRun\":true,\"targets");
        int before = purgesInTheLog();
        HttpResponse<String> response = post("catalog", body, signed(body));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(json(response).at("/regions/eu/covered").asInt()).isEqualTo(2);
        assertThat(purgesInTheLog()).isEqualTo(before);
    }

    @Test
    void theSameMessageAgainIsAnsweredWithWhatBecameOfIt() throws Exception {
        String id = "msg-" + UUID.randomUUID();
        JsonNode accepted = json(post("catalog", TAG, signed(id, Instant.now(), TAG)));
        int before = purgesInTheLog();
        HttpResponse<String> again =
                post("catalog", TAG, signed(id, Instant.now().plusSeconds(1), TAG), "Prefer", "wait=30");
        assertThat(again.statusCode()).as(again.body()).isEqualTo(200);
        assertThat(json(again).path("id")).isEqualTo(accepted.path("id"));
        assertThat(json(again).path("position")).isEqualTo(accepted.path("position"));
        assertThat(json(again).path("complete").asBoolean()).isTrue();
        String other = TAG.replace("42", "43");
        assertProblem(post("catalog", other, signed(id, Instant.now(), other)), 409, "webhook-id-used", id);
        assertThat(purgesInTheLog()).isEqualTo(before);
    }

    @Test
    void whatRedisForgetsOfAMessageTheLogStillKnows() throws Exception {
        String id = "msg-" + UUID.randomUUID();
        JsonNode accepted = json(post("catalog", TAG, signed(id, Instant.now(), TAG), "Prefer", "wait=30"));
        int before = purgesInTheLog();
        assertThat(service.getBean(StringRedisTemplate.class).delete("tidemark:webhook:catalog:" + id))
                .isTrue();
        HttpResponse<String> again = post("catalog", TAG, signed(id, Instant.now(), TAG));
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(json(again).path("id")).isEqualTo(accepted.path("id"));
        assertThat(purgesInTheLog()).isEqualTo(before);
    }

    @Test
    void aBodyThatClaimsToBeAFormIsReadAsItIs() throws Exception {
        HttpResponse<String> response =
                post("catalog", TAG, signed(TAG), "Content-Type", "application/x-www-form-urlencoded");
        assertThat(response.statusCode()).isEqualTo(202);
    }

    // --- events -----------------------------------------------------------------------------------------------------

    @Test
    void aClientThatAcceptsNoJsonIsAnsweredAllTheSame() throws Exception {
        HttpResponse<String> accepted = post("catalog", TAG, signed(TAG), "Accept", "text/html");
        assertThat(accepted.statusCode()).isEqualTo(202);
        assertThat(accepted.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(get(service, json(accepted).path("status").asString()).statusCode())
                .isEqualTo(200);
        assertProblem(post("catalog", "{", signed("{"), "Accept", "text/html"), 400, "malformed-json", "not JSON");
    }

    @Nested
    class AnEvent {
        private static final String UPDATED = "{\"type\":\"product.updated\",\"data\":{\"id\":42}}";

        @Test
        void purgesWhatItsRuleMapsItTo() throws Exception {
            HttpResponse<String> response = postEvent("catalog", "events", UPDATED, signed(UPDATED));
            assertThat(response.statusCode()).isEqualTo(202);
            JsonNode receipt = awaitComplete(json(response).path("id").asString());
            assertThat(receipt.at("/targets/0/tag").asString()).isEqualTo("product:42");
        }

        @Test
        void showsInADryRunWhatItWouldPurgeAndUsesUpNothing() throws Exception {
            List<String> headers = signed(UPDATED);
            int before = purgesInTheLog();
            for (String path : List.of("events/dry-run", "events?dry-run", "events?dry-run=true")) {
                HttpResponse<String> response = postEvent("catalog", path, UPDATED, headers);
                assertThat(response.statusCode()).isEqualTo(200);
                assertThat(json(response))
                        .isEqualTo(JSON.readTree("{\"type\":\"product.updated\",\"mapped\":true,"
                                + "\"targets\":[{\"tag\":\"product:42\"}],\"mode\":\"hard\"}"));
            }
            assertThat(purgesInTheLog()).isEqualTo(before);
            assertProblem(postEvent("catalog", "events", UPDATED, headers), 409, "webhook-id-used", "dry run");
            assertThat(purgesInTheLog()).isEqualTo(before);
        }

        @Test
        void thatNoRuleMapsIsTakenAndPurgesNothing() throws Exception {
            String body = UPDATED.replace("updated", "viewed");
            int before = purgesInTheLog();
            HttpResponse<String> response = postEvent("catalog", "events", body, signed(body));
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(json(response).path("mapped").asBoolean()).isFalse();
            assertThat(purgesInTheLog()).isEqualTo(before);
        }

        @Test
        void thatLacksWhatItsRuleNeedsIsRefused() throws Exception {
            for (String[] bad : new String[][] {
                {"{\"type\":\"product.updated\",\"data\":{}}", "data.id"}, {"{\"data\":{}}", "type"}, {"[]", "type"}
            }) {
                assertProblem(postEvent("catalog", "events", bad[0], signed(bad[0])), 400, "invalid-event", bad[1]);
            }
        }

        @Test
        void ofGithubIsToldByItsHeader() throws Exception {
            String body = "{\"ref\":\"refs/heads/main\"}";
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec("It's a Secret to Everybody".getBytes(UTF_8), "HmacSHA256"));
            List<String> headers = List.of(
                    "X-GitHub-Event",
                    "push",
                    "X-GitHub-Delivery",
                    UUID.randomUUID().toString(),
                    "X-Hub-Signature-256",
                    "sha256=" + HexFormat.of().formatHex(mac.doFinal(body.getBytes(UTF_8))));
            HttpResponse<String> response = postEvent("hub", "events", body, headers);
            assertThat(response.statusCode()).isEqualTo(202);
            JsonNode receipt = awaitComplete(json(response).path("id").asString());
            assertThat(receipt.at("/targets/0/tag").asString()).isEqualTo("ref:refs/heads/main");
            assertThat(postEvent("hub", "events", body, headers).statusCode()).isEqualTo(200);
        }

        private HttpResponse<String> postEvent(String source, String path, String body, List<String> headers)
                throws Exception {
            HttpRequest request = HttpRequest.newBuilder(uri(service, "/v1/sources/" + source + '/' + path))
                    .headers(headers.toArray(String[]::new))
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build();
            return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }

    // --- refusals ---------------------------------------------------------------------------------------------------

    @Nested
    class NothingIsPublishedFor {
        @Test
        void anUnknownSource() throws Exception {
            assertProblem(refused("nobody", TAG, signed(TAG)), 404, "unknown-source", "nobody");
        }

        @Test
        void anUnsignedRequest() throws Exception {
            assertProblem(refused("catalog", TAG, List.of()), 401, "webhook-unsigned", "webhook-id");
        }

        @Test
        void aWrongSignature() throws Exception {
            assertProblem(
                    refused("catalog", TAG.replace("42", "43"), signed(TAG)),
                    401,
                    "webhook-wrong-signature",
                    "webhook-signature");
        }

        @Test
        void anOldAndAFutureTimestamp() throws Exception {
            Instant old = Instant.now().minusSeconds(310);
            assertProblem(
                    refused("catalog", TAG, signed("old", old, TAG)), 401, "webhook-too-old", "webhook-timestamp");
            Instant future = Instant.now().plusSeconds(310);
            assertProblem(
                    refused("catalog", TAG, signed("future", future, TAG)),
                    401,
                    "webhook-from-the-future",
                    "webhook-timestamp");
        }

        @Test
        void aBodyThatIsNotJson() throws Exception {
            String list = "\"targets\":[{\"tag\":\"a\"}]";
            for (String bad : new String[] {
                "", "{\"targets\":", "{" + list + "} {" + list + "}", "{" + list + "," + list + "}",
            }) {
                HttpResponse<String> refused = refused("catalog", bad, signed(bad));
                assertProblem(refused, 400, "malformed-json", "pointer");
                assertThat(refused.body()).doesNotContain("Deserialization", "JsonToken");
            }
        }

        @Test
        void aBodyThatIsTooLarge() throws Exception {
            String body = "{\"targets\":[{\"tag\":\"" + "x".repeat(1 << 20) + "\"}]}";
            assertProblem(refused("catalog", body, signed(body)), 413, "body-too-large", "1048576");
        }

        @Test
        void targetsThatAreNone() throws Exception {
            for (String[] bad : new String[][] {
                {"{}", "targets"},
                {"[]", "object"},
                {"{\"targets\":[]}", "targets"},
                {"{\"targets\":[{\"tug\":\"x\"}]}", "tug"},
                {"{\"targets\":[{\"tag\":\"a\"},{\"tag\":7}]}", "/targets/1"},
                {"{\"targets\":[{\"url\":\"no-slash\"}]}", "slash"},
                {"{\"targets\":[{\"all\":false}]}", "true"},
                {"{\"targets\":[{\"host\":\"https://shop.example\"}]}", "scheme"},
                {"{\"targets\":[{\"host\":\"shop.example/a\"}]}", "path"},
                {"{\"targets\":[{\"host\":\"*.shop.example\"}]}", "one host"},
                {"{\"targets\":[{\"tag\":\"a\"}],\"mode\":\"gentle\"}", "mode"},
            }) {
                assertProblem(refused("catalog", bad[0], signed(bad[0])), 400, "invalid-purge-request", bad[1]);
            }
        }

        @Test
        void moreThanAThousandTargets() throws Exception {
            String body = IntStream.range(0, 1001)
                    .mapToObj(i -> "{\"tag\":\"t" + i + "\"}")
                    .collect(Collectors.joining(",", "{\"targets\":[", "]}"));
            assertProblem(refused("catalog", body, signed(body)), 400, "invalid-purge-request", "1000");
        }

        @Test
        void whatTheSourceMayNotPurge() throws Exception {
            for (String bad : new String[] {
                "{\"tag\":\"user:1\"}",
                "{\"all\":true}",
                "{\"host\":\"other.example\"}",
                "{\"url\":\"/api/x\"}",
                "{\"url\":\"https://other.example/api/x\"}",
                "{\"url\":\"https://shop.example/admin\"}",
                "{\"pattern\":\"https://shop.example/**\"}",
            }) {
                String body = "{\"targets\":[{\"tag\":\"product:1\"}," + bad + "]}";
                assertProblem(refused("picky", body, signed(body)), 403, "target-not-allowed", "picky");
            }
            String allowed = "{\"targets\":[{\"tag\":\"product:1\"},{\"prefix\":\"https://SHOP.example:8443/api/p\"}]}";
            assertThat(post("picky", allowed, signed(allowed)).statusCode()).isEqualTo(202);
        }

        @Test
        void aSourceBeyondItsRate() throws Exception {
            HttpResponse<String> limited = null;
            for (int i = 0; i < 50 && limited == null; i++) {
                HttpResponse<String> response = post("slow", TAG, signed(TAG));
                limited = response.statusCode() == 429 ? response : null;
            }
            assertThat(limited)
                    .as("one of 50 requests in a row is beyond 1 in a second")
                    .isNotNull();
            assertProblem(limited, 429, "rate-limited", "slow");
            assertThat(limited.headers().firstValue("Retry-After")).contains("1");
        }

        private HttpResponse<String> refused(String source, String body, List<String> headers) throws Exception {
            int before = purgesInTheLog();
            HttpResponse<String> response = post(source, body, headers);
            assertThat(purgesInTheLog()).isEqualTo(before);
            return response;
        }
    }

    @Test
    void anUnknownPurgeIsNotFound() throws Exception {
        assertProblem(get(service, "/v1/purges/none"), 404, "unknown-purge", "none");
        assertProblem(get(service, "/nowhere"), 404, "not-found", "");
        assertProblem(get(service, "/v1/purges?limit=0"), 400, "invalid-limit", "limit");
    }

    @Test
    void theFleetIsShownPerRegion() throws Exception {
        eventually("the last heartbeat is young", () -> {
            JsonNode gateway = json(get(service, "/v1/regions")).at("/regions/eu/gateways/0");
            return gateway.path("lease").asString().equals("live")
                    && gateway.path("lastHeartbeatMs").asLong(-1) >= 0
                    && gateway.path("lastHeartbeatMs").asLong() < 3000;
        });
        JsonNode regions = json(get(service, "/v1/regions"));
        assertThat(regions.at("/regions/eu/hitRatio").asDouble()).isEqualTo(0.75);
        JsonNode gateway = regions.at("/regions/eu/gateways/0");
        assertThat(gateway.path("instance").asString()).isEqualTo("eu-1-1");
        assertThat(gateway.path("state").asString()).isEqualTo("serving");
        assertThat(gateway.path("lagRecords").isNumber()).isTrue();
    }

    // --- the tools of these tests -----------------------------------------------------------------------------------

    private static HttpResponse<String> post(String source, String body, List<String> headers, String... more)
            throws Exception {
        return Requests.post(service, source, body, headers, more);
    }

    private static int purgesInTheLog() {
        return (int) service.getBean(PurgeLog.class).end(Duration.ofSeconds(30)).offset();
    }

    private static JsonNode awaitComplete(String id) throws Exception {
        eventually("purge " + id + " is complete", () -> {
            HttpResponse<String> response = get(service, "/v1/purges/" + id);
            return response.statusCode() == 200
                    && json(response).path("complete").asBoolean();
        });
        return json(get(service, "/v1/purges/" + id));
    }
}
