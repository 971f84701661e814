package io.tidemark.local.suite.launcher;

import io.tidemark.local.suite.client.Http;
import io.tidemark.local.suite.client.WebhookSignature;
import java.io.IOException;
import java.net.http.HttpResponse;

/** Whether the suite does all that it is for, right now: hits in both regions, a purge in both, a write delivered. */
public final class SuiteProbe {
    private SuiteProbe() {}

    public static boolean works() throws InterruptedException {
        return fault().isEmpty();
    }

    /** The first of what does not work, and what it says; empty: all works. */
    public static String fault() throws InterruptedException {
        for (Duty duty : Duty.values()) {
            String fault = duty == Duty.ACCEPTANCE ? "" : duty.tried(); // what is delivered was accepted
            if (!fault.isEmpty()) {
                return duty.label() + ": " + fault;
            }
        }
        return "";
    }

    /** Whether a signed purge of the tag was confirmed as complete in every region within 5 s. */
    public static boolean purgeAndWait(String tag) throws IOException, InterruptedException {
        HttpResponse<String> answer = purgeAndAnswer(tag);
        return answer.statusCode() == 200 && Http.json(answer).path("complete").asBoolean(false);
    }

    /** Signs and posts a purge of the tag, and waits up to 5 s for its receipt. */
    static HttpResponse<String> purgeAndAnswer(String tag) throws IOException, InterruptedException {
        return purge("{\"targets\":[{\"tag\":\"" + tag + "\"}]}", "Prefer", "wait=5");
    }

    /** Signs and posts a purge. */
    public static HttpResponse<String> purge(String body, String... headers) throws IOException, InterruptedException {
        String url = "http://127.0.0.1:8082/v1/sources/catalog/purges";
        return Http.send("POST", url, body, WebhookSignature.headers(body, headers));
    }
}
