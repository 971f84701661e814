package io.tidemark.local.suite;

import static io.tidemark.local.suite.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Each is a problem document that names the cause, and nothing is published. */
@Order(40)
class BadInputIT {
    @Nested
    class AWebhook {
        private final String tag = "product:" + RunningSuite.newId();
        private String newest = "";

        @BeforeEach
        void rememberTheNewestPurge() throws Exception {
            newest = newestPurge();
        }

        @AfterEach
        void nothingWasPublished() throws Exception {
            assertThat(newestPurge()).isEqualTo(newest);
        }

        private static String newestPurge() throws Exception {
            return Http.json(Http.get(RunningSuite.get().invalidation() + "/v1/purges?limit=1"))
                    .toString()
                    .replaceAll("\"(complete|erased|regions|tookMs|completeAt)\".*", "");
        }

        @Test
        void withoutASignature() throws Exception {
            assertProblem(Webhook.purging(tag).postUnsigned(), 401, "webhook-");
        }

        @Test
        void signedWithAnotherSecret() throws Exception {
            assertProblem(Webhook.purging(tag).signedWith("somebody else").post(), 401, "signature");
        }

        @Test
        void thatIsTooOld() throws Exception {
            Instant old = Instant.now().minus(Duration.ofMinutes(6));
            assertProblem(Webhook.purging(tag).signedAt(old).post(), 401, "timestamp");
        }

        @Test
        void fromTheFuture() throws Exception {
            Instant future = Instant.now().plus(Duration.ofMinutes(6));
            assertProblem(Webhook.purging(tag).signedAt(future).post(), 401, "timestamp");
        }

        @Test
        void withMalformedJson() throws Exception {
            assertProblem(Webhook.of("{\"targets\":[").post(), 400, "JSON");
        }

        @Test
        void withoutTargets() throws Exception {
            assertProblem(Webhook.of("{\"targets\":[]}").post(), 400, "targets");
        }

        @Test
        void withAnUnknownKindOfTarget() throws Exception {
            assertProblem(Webhook.of("{\"targets\":[{\"colour\":\"red\"}]}").post(), 400, "colour");
        }

        @Test
        void fromAnUnknownSource() throws Exception {
            assertProblem(Webhook.purging(tag).from("nobody").post(), 404, "nobody");
        }

        @Test
        void thatIsTooLarge() throws Exception {
            String body = "{\"targets\":[{\"tag\":\"" + "x".repeat(2_000_000) + "\"}]}";
            assertProblem(Webhook.of(body).post(), 413, "bytes");
        }
    }

    @Test
    void aReplayedWebhookIsRefusedAndPublishedOnce() throws Exception {
        Webhook purge = Webhook.purging("product:" + RunningSuite.newId());
        assertThat(purge.post().statusCode()).isEqualTo(202);

        assertProblem(purge.post(), 409, purge.id());
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
