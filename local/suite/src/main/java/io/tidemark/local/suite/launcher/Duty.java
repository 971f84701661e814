package io.tidemark.local.suite.launcher;

import io.tidemark.local.suite.client.Http;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;

/** What the suite is there for, each tried from outside as a client would. */
public enum Duty {
    HIT_EU("hit eu"),
    HIT_US("hit us"),
    RECEIPT("receipt"),
    ACCEPTANCE("write accepted"),
    DELIVERY("write delivered");

    private static final Duration DELIVERED_WITHIN = Duration.ofSeconds(3);

    private final String label;

    Duty(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }

    /** What stands in the way; empty: nothing. A write is delivered only after it was accepted. */
    public String tried() throws InterruptedException {
        String id = "probe-" + UUID.randomUUID().toString().substring(0, 8);
        try {
            return switch (this) {
                case HIT_EU -> hit("http://127.0.0.1:8080", id);
                case HIT_US -> hit("http://127.0.0.1:8081", id);
                case RECEIPT -> receipt("product:" + id);
                case ACCEPTANCE -> accepted(write(id));
                case DELIVERY -> {
                    HttpResponse<String> answer = write(id);
                    String refused = accepted(answer);
                    yield refused.isEmpty() ? delivered(answer) : refused;
                }
            };
        } catch (IOException failure) {
            return failure.toString();
        }
    }

    private static String hit(String gateway, String id) throws IOException, InterruptedException {
        String url = gateway + "/api/products/" + id;
        int first = Http.get(url).statusCode();
        if (first != 200) {
            return "status " + first;
        }
        String second = Http.header(Http.get(url), "X-Cache-Status");
        return second.equals("HIT") ? "" : "no hit but " + second;
    }

    private static String receipt(String tag) throws IOException, InterruptedException {
        HttpResponse<String> answer = SuiteProbe.purgeAndAnswer(tag);
        return answer.statusCode() == 200 && Http.json(answer).path("complete").asBoolean(false) ? "" : said(answer);
    }

    private static HttpResponse<String> write(String id) throws IOException, InterruptedException {
        return Http.send(
                "POST",
                "http://127.0.0.1:8080/writes",
                "{\"type\":\"product.update\",\"data\":{\"id\":\"" + id + "\",\"name\":\"probe\"}}");
    }

    private static String accepted(HttpResponse<String> answer) {
        return answer.statusCode() == 202 ? "" : said(answer);
    }

    private static String delivered(HttpResponse<String> accepted) throws IOException, InterruptedException {
        String status = "http://127.0.0.1:8083/v1/writes/"
                + Http.json(accepted).path("writeId").asString("");
        long deadline = System.nanoTime() + DELIVERED_WITHIN.toNanos();
        String state = "";
        while (System.nanoTime() < deadline) {
            state = Http.json(Http.get(status)).path("status").asString("");
            if (state.equals("delivered")) {
                return "";
            }
            Thread.sleep(20);
        }
        return state + " after " + DELIVERED_WITHIN.toSeconds() + " s";
    }

    private static String said(HttpResponse<String> answer) {
        String body = answer.body();
        return "status " + answer.statusCode() + ": " + body.substring(0, Math.min(200, body.length()));
    }
}
