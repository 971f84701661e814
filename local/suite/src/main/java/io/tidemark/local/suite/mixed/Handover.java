package io.tidemark.local.suite.mixed;

import io.tidemark.local.suite.client.Http;
import io.tidemark.local.suite.client.WebhookSignature;
import io.tidemark.local.suite.launcher.SuiteProbe;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/**
 * What is begun before a service changes its version and looked at after: stored responses, a purge and its message, a write that
 * waits for its origin, a dead letter.
 *
 * @param name no other one's
 * @param message the id of the webhook that the purge came by
 * @param purge its id
 * @param order the write that waits
 * @param letter the dead letter
 */
record Handover(String name, String message, String purge, String order, String letter) {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String ORIGIN = "http://127.0.0.1:8084";

    /** How many responses are stored: on a busy machine one or the other read of Redis takes longer than it may. */
    private static final int KEPT = 5;

    private static final List<String> GATEWAYS = List.of("http://127.0.0.1:8080", "http://127.0.0.1:8081");
    private static final String WRITES = "http://127.0.0.1:8083/v1/writes/";

    static Handover begin(String name) throws IOException, InterruptedException {
        for (String gateway : GATEWAYS) {
            for (int n = 0; n < KEPT; n++) {
                Http.get(gateway + "/api/products/" + name + "-kept-" + n);
            }
            Http.get(gateway + "/api/products/" + name + "-purged");
        }
        String message = "msg_" + name;
        String purge = Http.json(purge(name, message)).path("id").asString("");
        fault("/api/orders", 503);
        String order = write("order.place", "{\"customerId\":\"" + name + "\",\"n\":1}");
        fault("/api/products/" + name + "-dead", 400);
        String letter = write("product.update", "{\"id\":\"" + name + "-dead\",\"name\":\"redriven\"}");
        settled("the write is a dead letter", WRITES + letter, is("dead-lettered"));
        return new Handover(name, message, purge, order, letter);
    }

    /**
     * What is not as it must be.
     *
     * @param olderQueue whether an older write queue has come after the one that gave the letter up: it may refuse to redrive it
     */
    List<String> faults(boolean olderQueue) throws IOException, InterruptedException {
        List<String> faults = new ArrayList<>();
        for (String gateway : GATEWAYS) {
            int hits = 0;
            for (int n = 0; n < KEPT; n++) {
                HttpResponse<String> kept = Http.get(gateway + "/api/products/" + name + "-kept-" + n);
                hits += Http.header(kept, "X-Cache-Status").equals("HIT") ? 1 : 0;
            }
            if (hits <= KEPT / 2) {
                faults.add("of " + KEPT + " stored responses only " + hits + " are hits at " + gateway);
            }
        }
        String receipt = "http://127.0.0.1:8082/v1/purges/" + purge;
        faults.addAll(settled("the receipt is complete and erased", receipt, Handover::isDone));
        HttpResponse<String> again = purge(name, message);
        if (!again.body().contains(purge)) { // as a success or as a conflict: it was handled once, as that purge
            faults.add("the message sent again is answered with " + again.statusCode() + ' ' + again.body());
        }
        clearFaults();
        faults.addAll(settled("the write that waited is delivered", WRITES + order, is("delivered")));
        JsonNode orders = Http.json(Http.get(ORIGIN + "/api/orders?customerId=" + name));
        int effects = (orders.isArray() ? orders : orders.path("orders")).size();
        if (effects != 1) {
            faults.add("the write that waited had " + effects + " effects");
        }
        HttpResponse<String> redrive =
                Http.send("POST", "http://127.0.0.1:8083/v1/dead-letters/" + letter + "/redrive", "");
        if (redrive.statusCode() == 202) {
            faults.addAll(settled("the redriven letter is delivered", WRITES + letter, is("delivered")));
        } else if (!olderQueue
                || redrive.statusCode() != 409) { // an older one does not find the data, which is in the log alone
            faults.add("the dead letter is not redriven: " + redrive.statusCode());
        }
        faults.addAll(worksAgain());
        return faults;
    }

    private static List<String> worksAgain() throws InterruptedException {
        long begin = System.nanoTime();
        String fault = SuiteProbe.fault();
        while (!fault.isEmpty() && System.nanoTime() - begin < LIMIT.toNanos()) {
            Thread.sleep(50);
            fault = SuiteProbe.fault();
        }
        return fault.isEmpty() ? List.of() : List.of(fault);
    }

    private static HttpResponse<String> purge(String name, String message) throws IOException, InterruptedException {
        String body = "{\"targets\":[{\"tag\":\"product:" + name + "-purged\"}]}";
        return Http.send(
                "POST",
                "http://127.0.0.1:8082/v1/sources/catalog/purges",
                body,
                WebhookSignature.headers(message, Instant.now(), body, WebhookSignature.SECRET));
    }

    private static String write(String type, String data) throws IOException, InterruptedException {
        HttpResponse<String> accepted =
                Http.send("POST", "http://127.0.0.1:8080/writes", "{\"type\":\"" + type + "\",\"data\":" + data + '}');
        return Http.json(accepted).path("writeId").asString("");
    }

    private static void fault(String path, int status) throws IOException, InterruptedException {
        Http.send("PUT", ORIGIN + "/stub/faults", "{\"path\":\"" + path + "\",\"status\":" + status + '}');
    }

    private static void clearFaults() throws IOException, InterruptedException {
        Http.send("DELETE", ORIGIN + "/stub/faults", "");
    }

    private static boolean isDone(JsonNode receipt) {
        return receipt.path("complete").asBoolean(false)
                && !receipt.path("regions").isEmpty()
                && receipt.path("regions").values().stream()
                        .allMatch(region -> region.path("erased").isObject());
    }

    private static Predicate<JsonNode> is(String state) {
        return write -> write.path("status").asString("").equals(state);
    }

    /** Waits until it is so; what is said then if it never is. */
    private static List<String> settled(String what, String url, Predicate<JsonNode> wanted)
            throws InterruptedException {
        long begin = System.nanoTime();
        String last = "";
        while (System.nanoTime() - begin < LIMIT.toNanos()) {
            try {
                HttpResponse<String> answer = Http.get(url);
                last = answer.statusCode() + " " + answer.body();
                if (answer.statusCode() == 200 && wanted.test(Http.json(answer))) {
                    return List.of();
                }
            } catch (IOException notYet) {
                last = notYet.toString();
            }
            Thread.sleep(50);
        }
        return List.of("not so: " + what + ": " + last.substring(0, Math.min(300, last.length())));
    }
}
