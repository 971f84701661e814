package io.tidemark.local.suite;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;

/** Whether the suite does all that it is for, right now: hits in both regions, a purge in both, a write delivered. */
final class SuiteProbe {
    private static final Duration WRITE_LIMIT = Duration.ofSeconds(3);

    private SuiteProbe() {}

    static boolean works() throws InterruptedException {
        String id = "probe-" + UUID.randomUUID().toString().substring(0, 8);
        try {
            return hits("http://127.0.0.1:8080", id)
                    && hits("http://127.0.0.1:8081", id)
                    && purgeAndWait("product:" + id)
                    && delivers(id);
        } catch (IOException notYet) {
            return false;
        }
    }

    private static boolean hits(String gateway, String id) throws IOException, InterruptedException {
        String url = gateway + "/api/products/" + id;
        return Http.get(url).statusCode() == 200
                && Http.header(Http.get(url), "X-Cache-Status").equals("HIT");
    }

    /** Whether a signed purge of the tag was confirmed as complete in every region within 5 s. */
    static boolean purgeAndWait(String tag) throws IOException, InterruptedException {
        HttpResponse<String> answer = purge("{\"targets\":[{\"tag\":\"" + tag + "\"}]}", "Prefer", "wait=5");
        return answer.statusCode() == 200 && Http.json(answer).path("complete").asBoolean(false);
    }

    /** Signs and posts a purge. */
    static HttpResponse<String> purge(String body, String... headers) throws IOException, InterruptedException {
        String url = "http://127.0.0.1:8082/v1/sources/catalog/purges";
        return Http.send("POST", url, body, WebhookSignature.headers(body, headers));
    }

    private static boolean delivers(String id) throws IOException, InterruptedException {
        HttpResponse<String> accepted = Http.send(
                "POST",
                "http://127.0.0.1:8080/writes",
                "{\"type\":\"product.update\",\"data\":{\"id\":\"" + id + "\",\"name\":\"probe\"}}");
        if (accepted.statusCode() != 202) {
            return false;
        }
        String status = "http://127.0.0.1:8083/v1/writes/"
                + Http.json(accepted).path("writeId").asString("");
        long deadline = System.nanoTime() + WRITE_LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            if (Http.json(Http.get(status)).path("status").asString("").equals("delivered")) {
                return true;
            }
            Thread.sleep(20);
        }
        return false;
    }
}
