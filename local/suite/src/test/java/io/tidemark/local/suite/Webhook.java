package io.tidemark.local.suite;

import io.tidemark.local.suite.client.Http;
import io.tidemark.local.suite.client.WebhookSignature;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;

/** A webhook of the local suite's source {@code catalog}, signed as Standard Webhooks say; a test changes one thing. */
record Webhook(String source, String id, Instant timestamp, String body, String secret) {
    static Webhook of(String body) {
        return new Webhook("catalog", "msg_" + UUID.randomUUID(), Instant.now(), body, WebhookSignature.SECRET);
    }

    static Webhook purging(String tag) {
        return of("{\"targets\":[{\"tag\":\"" + tag + "\"}],\"mode\":\"hard\"}");
    }

    Webhook from(String otherSource) {
        return new Webhook(otherSource, id, timestamp, body, secret);
    }

    Webhook signedAt(Instant time) {
        return new Webhook(source, id, time, body, secret);
    }

    Webhook signedWith(String otherSecret) {
        return new Webhook(
                source,
                id,
                timestamp,
                body,
                Base64.getEncoder().encodeToString(otherSecret.getBytes(StandardCharsets.UTF_8)));
    }

    HttpResponse<String> post(String... more) throws IOException, InterruptedException {
        return Http.send("POST", url(), body, WebhookSignature.headers(id, timestamp, body, secret, more));
    }

    HttpResponse<String> postUnsigned(String... headers) throws IOException, InterruptedException {
        return Http.send("POST", url(), body, headers);
    }

    private String url() {
        return RunningSuite.get().invalidation() + "/v1/sources/" + source + "/purges";
    }
}
