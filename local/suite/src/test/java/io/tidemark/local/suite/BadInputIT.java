package io.tidemark.local.suite;

import static io.tidemark.local.suite.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.local.suite.client.Http;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Each is a problem document that names the cause, and nothing is published. */
@Order(40)
class BadInputIT {
    @Nested
    class AWebhook {
        private final String tag = "product:" + RunningSuite.newId();
        private final String requestId = UUID.randomUUID().toString();

        /** Of others' purges, that may come at any time, there may be some. */
        @AfterEach
        void nothingWasPublishedForIt() throws Exception {
            assertThat(purges()).contains("\"purges\":").doesNotContain(requestId, tag);
        }

        private static String purges() throws Exception {
            return Http.get(RunningSuite.get().invalidation() + "/v1/purges?limit=1000")
                    .body();
        }

        private HttpResponse<String> post(Webhook webhook) throws Exception {
            return webhook.post("X-Request-Id", requestId);
        }

        /** Else nothing would be found of the others either. */
        @Test
        void thatIsGoodLeavesItsRequestsIdInItsPurge() throws Exception {
            String other = UUID.randomUUID().toString();
            Webhook good = Webhook.purging("product:" + RunningSuite.newId());
            assertThat(good.post("X-Request-Id", other).statusCode()).isEqualTo(202);
            await().atMost(Duration.ofSeconds(30)).until(() -> purges().contains(other));
        }

        @Test
        void withoutASignature() throws Exception {
            assertProblem(Webhook.purging(tag).postUnsigned("X-Request-Id", requestId), 401, "webhook-");
        }

        @Test
        void signedWithAnotherSecret() throws Exception {
            assertProblem(post(Webhook.purging(tag).signedWith("somebody else")), 401, "signature");
        }

        @Test
        void thatIsTooOld() throws Exception {
            Instant old = Instant.now().minus(Duration.ofMinutes(6));
            assertProblem(post(Webhook.purging(tag).signedAt(old)), 401, "timestamp");
        }

        @Test
        void fromTheFuture() throws Exception {
            Instant future = Instant.now().plus(Duration.ofMinutes(6));
            assertProblem(post(Webhook.purging(tag).signedAt(future)), 401, "timestamp");
        }

        @Test
        void withMalformedJson() throws Exception {
            assertProblem(post(Webhook.of("{\"targets\":[")), 400, "JSON");
        }

        @Test
        void withoutTargets() throws Exception {
            assertProblem(post(Webhook.of("{\"targets\":[]}")), 400, "targets");
        }

        @Test
        void withAnUnknownKindOfTarget() throws Exception {
            assertProblem(post(Webhook.of("{\"targets\":[{\"colour\":\"red\"}]}")), 400, "colour");
        }

        @Test
        void fromAnUnknownSource() throws Exception {
            assertProblem(post(Webhook.purging(tag).from("nobody")), 404, "nobody");
        }

        @Test
        void thatIsTooLarge() throws Exception {
            String body = "{\"targets\":[{\"tag\":\"" + "x".repeat(2_000_000) + "\"}]}";
            assertProblem(post(Webhook.of(body)), 413, "bytes");
        }
    }

    @Test
    void aRepeatedWebhookIsPublishedOnceAndAnsweredWithWhatBecameOfIt() throws Exception {
        Webhook purge = Webhook.purging("product:" + RunningSuite.newId());
        HttpResponse<String> first = purge.post();
        assertThat(first.statusCode()).isEqualTo(202);

        HttpResponse<String> again = purge.post();
        assertThat(again.statusCode()).as(again.body()).isEqualTo(200);
        assertThat(Http.json(again).path("id")).isEqualTo(Http.json(first).path("id"));
    }

    @Test
    void anUnknownPurgeHasNoReceipt() throws Exception {
        assertProblem(Http.get(RunningSuite.get().invalidation() + "/v1/purges/" + UUID.randomUUID()), 404, "purge");
    }

    @Nested
    class AWrite {
        @Test
        void ofAnUnknownType() throws Exception {
            assertProblem(Writes.send("tide.turn", "{}"), 400, "tide.turn");
        }

        @Test
        void withMalformedJson() throws Exception {
            assertProblem(Http.send("POST", RunningSuite.get().gatewayEu() + "/writes", "{\"type\":"), 400, "JSON");
        }

        @Test
        void withoutData() throws Exception {
            assertProblem(
                    Http.send("POST", RunningSuite.get().gatewayEu() + "/writes", "{\"type\":\"product.update\"}"),
                    400,
                    "data");
        }

        @Test
        void thatViolatesItsSchema() throws Exception {
            assertProblem(Writes.send("order.place", "{\"n\":1}"), 400, "customerId");
        }

        @Test
        void thatIsTooLarge() throws Exception {
            String data = "{\"id\":\"1\",\"name\":\"" + "x".repeat(2_000_000) + "\"}";
            assertProblem(Writes.send("product.update", data), 413, "bytes");
        }

        @Test
        void whoseIdempotencyKeyIsTooLong() throws Exception {
            assertProblem(
                    Writes.send("order.place", "{\"customerId\":\"c\"}", "Idempotency-Key", "k".repeat(5000)),
                    400,
                    "Idempotency-Key");
        }
    }

    @Test
    void anUnknownWriteHasNoStatus() throws Exception {
        assertProblem(Http.get(RunningSuite.get().writeQueue() + "/v1/writes/" + UUID.randomUUID()), 404, "write");
    }
}
