package io.tidemark.invalidation;

import static io.tidemark.invalidation.LocalService.TAG;
import static io.tidemark.invalidation.Requests.eventually;
import static io.tidemark.invalidation.Requests.json;
import static io.tidemark.invalidation.Requests.signed;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contracts.Position;
import io.tidemark.invalidation.receipts.CompletedUpTo;
import io.tidemark.local.backends.Backends;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.data.redis.core.StringRedisTemplate;
import tools.jackson.databind.JsonNode;

/** Several gateways and several instances of the service: who is shown, who is awaited, who is not. */
class FleetTest {
    private final LocalService service = LocalService.get();

    @Test
    void theFleetIsShownPerRegion() throws Exception {
        eventually("the last heartbeat is young", () -> {
            JsonNode gateway = json(service.get("/v1/regions")).at("/regions/eu/gateways/0");
            return gateway.path("lease").asString().equals("live")
                    && gateway.path("lastHeartbeatMs").asLong(-1) >= 0
                    && gateway.path("lastHeartbeatMs").asLong() < 3000;
        });
        JsonNode regions = json(service.get("/v1/regions"));
        assertThat(regions.at("/regions/eu/hitRatio").asDouble()).isEqualTo(0.75);
        JsonNode gateway = regions.at("/regions/eu/gateways/0");
        assertThat(gateway.path("instance").asString()).isEqualTo("eu-1-1");
        assertThat(gateway.path("state").asString()).isEqualTo("serving");
        assertThat(gateway.path("lagRecords").isNumber()).isTrue();
    }

    @Test
    void aSecondInstanceAndOneStartedLaterShowTheSameReceipt() throws Exception {
        String id = json(service.post("catalog", TAG, signed(TAG), "Prefer", "wait=30"))
                .path("id")
                .asString();
        try (ConfigurableApplicationContext second = LocalService.start()) {
            eventually("the other instance has it", () -> {
                HttpResponse<String> response = Requests.get(second, "/v1/purges/" + id);
                return response.statusCode() == 200
                        && json(response).path("complete").asBoolean();
            });
            String messageId = "msg-" + UUID.randomUUID();
            HttpResponse<String> accepted =
                    Requests.post(service.context, "catalog", TAG, signed(messageId, Instant.now(), TAG));
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
            service.us.stopApplying();
            try {
                long start = System.nanoTime();
                HttpResponse<String> response = service.post("catalog", TAG, signed(TAG), "Prefer", "wait=1");
                assertThat(Duration.ofNanos(System.nanoTime() - start))
                        .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(20));
                assertThat(response.statusCode()).isEqualTo(202);
                assertThat(response.headers().firstValue("Preference-Applied")).contains("wait=1");
                String status = json(response).path("status").asString();
                eventually(
                        "the other region is complete",
                        () -> json(service.get(status))
                                .at("/regions/eu/complete")
                                .asBoolean());
                JsonNode receipt = json(service.get(status));
                assertThat(receipt.path("complete").asBoolean()).isFalse();
                assertThat(receipt.at("/regions/us/gateways/0/state").asString())
                        .isEqualTo("awaited");
            } finally {
                service.us.applyAgain();
            }
        }

        @Test
        void diesIsLeftOutWhenItsLeaseHasRunOut() throws Exception {
            try (FakeGateway dying = new FakeGateway(Backends.shared().kafka().bootstrapServers(), "us", "us-2")) {
                eventually("it is seen", () -> service.get("/v1/regions").body().contains("us-2"));
                dying.stopApplying();
                dying.die();
                HttpResponse<String> response = service.post("catalog", TAG, signed(TAG), "Prefer", "wait=30");
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
                        () -> Optional.ofNullable(service.context
                                        .getBean(StringRedisTemplate.class)
                                        .opsForValue()
                                        .get("tidemark:receipts:complete-up-to"))
                                .flatMap(CompletedUpTo::parse)
                                .filter(known -> known.position().isAtOrPast(position))
                                .isPresent());
                try (ConfigurableApplicationContext restarted = LocalService.start()) {
                    eventually(
                            "it has read the log",
                            () -> Requests.get(restarted, "/v1/purges/" + id).statusCode() == 200);
                    JsonNode receipt = json(Requests.get(restarted, "/v1/purges/" + id));
                    assertThat(receipt.path("complete").asBoolean())
                            .as("though the dead gateway's lease runs anew: " + receipt)
                            .isTrue();
                }
            }
        }
    }
}
