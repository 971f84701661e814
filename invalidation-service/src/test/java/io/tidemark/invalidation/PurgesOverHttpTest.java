package io.tidemark.invalidation;

import static io.tidemark.invalidation.LocalService.TAG;
import static io.tidemark.invalidation.Requests.assertProblem;
import static io.tidemark.invalidation.Requests.eventually;
import static io.tidemark.invalidation.Requests.json;
import static io.tidemark.invalidation.Requests.signed;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.commons.purgelog.PurgeLog;
import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A signed purge, from its acceptance to its receipt. */
class PurgesOverHttpTest {
    private final LocalService service = LocalService.get();

    @Test
    void aSignedPurgeIsAcceptedWithItsPositionAndItsReceiptNamesEachGateway() throws Exception {
        HttpResponse<String> response = service.post("catalog", TAG, signed(TAG));
        assertThat(response.statusCode()).isEqualTo(202);
        JsonNode accepted = json(response);
        Position position = Position.parse(accepted.path("position").asString());
        assertThat(position.offset()).isNotNegative();
        assertThat(response.headers().firstValue("Location"))
                .contains(accepted.path("status").asString());
        assertThat(service.get(accepted.path("status").asString()).statusCode())
                .as("the receipt is there as soon as the purge is accepted")
                .isEqualTo(200);
        JsonNode receipt = service.awaitComplete(accepted.path("id").asString());
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
        assertThat(json(service.get("/v1/purges?limit=1")).at("/purges/0/id").asString())
                .isEqualTo(accepted.path("id").asString());
    }

    @Test
    void aSenderThatPrefersToWaitIsAnsweredWithTheCompleteReceipt() throws Exception {
        HttpResponse<String> response = service.post("catalog", TAG, signed(TAG), "Prefer", "wait=30");
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
        Position position =
                service.context.getBean(PurgeLog.class).publish(purge).get(30, TimeUnit.SECONDS);
        JsonNode receipt = service.awaitComplete(purge.id());
        assertThat(receipt.path("position").asString()).isEqualTo(position.toString());
        assertThat(receipt.path("source").asString()).isEqualTo("write-queue-service");
        assertThat(receipt.path("mode").asString()).isEqualTo("soft");
    }

    @Test
    void aThousandTargetsAreOnePosition() throws Exception {
        String body = IntStream.range(0, 1000)
                .mapToObj(i -> "{\"url\":\"https://shop.example/api/products/" + i + "?" + "x".repeat(200) + "\"}")
                .collect(Collectors.joining(",", "{\"mode\":\"soft\",\"targets\":[", "]}"));
        HttpResponse<String> response = service.post("catalog", body, signed(body), "Prefer", "wait=30");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(json(response).path("targets").size()).isEqualTo(1000);
    }

    @Test
    void aSourceWhoseReplicasLagIsPurgedOnceMore() throws Exception {
        String tag = "lag-" + UUID.randomUUID();
        String body = "{\"targets\":[{\"tag\":\"" + tag + "\"}]}";
        assertThat(service.post("lagging", body, signed(body)).statusCode()).isEqualTo(202);
        eventually("two purges of the tag", () -> {
            long purges = json(service.get("/v1/purges?limit=1000"))
                    .path("purges")
                    .valueStream()
                    .filter(p -> p.at("/targets/0/tag").asString().equals(tag))
                    .count();
            assertThat(purges).isLessThanOrEqualTo(2);
            return purges == 2;
        });
    }

    @Test
    void aBodyThatClaimsToBeAFormIsReadAsItIs() throws Exception {
        HttpResponse<String> response =
                service.post("catalog", TAG, signed(TAG), "Content-Type", "application/x-www-form-urlencoded");
        assertThat(response.statusCode()).isEqualTo(202);
    }

    @Test
    void aClientThatAcceptsNoJsonIsAnsweredAllTheSame() throws Exception {
        HttpResponse<String> accepted = service.post("catalog", TAG, signed(TAG), "Accept", "text/html");
        assertThat(accepted.statusCode()).isEqualTo(202);
        assertThat(accepted.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(service.get(json(accepted).path("status").asString()).statusCode())
                .isEqualTo(200);
        assertProblem(
                service.post("catalog", "{", signed("{"), "Accept", "text/html"), 400, "malformed-json", "not JSON");
    }

    @Test
    void anUnknownPurgeIsNotFound() throws Exception {
        assertProblem(service.get("/v1/purges/none"), 404, "unknown-purge", "none");
        assertProblem(service.get("/nowhere"), 404, "not-found", "");
        assertProblem(service.get("/v1/purges?limit=0"), 400, "invalid-limit", "limit");
    }
}
