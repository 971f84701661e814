package io.tidemark.local.suite.restarts;

import io.tidemark.local.suite.client.Http;
import io.tidemark.local.suite.client.WebhookSignature;
import io.tidemark.local.suite.restarts.KeptClient.Answer;
import io.tidemark.local.suite.restarts.KeptClient.Request;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Readers of gateways over both HTTP versions, writers through gateways and straight to the queue, and senders of purges that wait
 * for their receipts; some of each ask so seldom that their connection is idle most of the time.
 */
final class Traffic implements AutoCloseable {
    private static final int PRODUCTS = 50;
    private static final int RECEIPT_SECONDS = 10;
    private static final Duration OFTEN = Duration.ofMillis(25);
    private static final Duration NOW_AND_THEN = Duration.ofMillis(150);
    private static final Duration SELDOM = Duration.ofMillis(1700);

    private final Balancer balancer;
    private final Tally tally;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<KeptClient> clients = new ArrayList<>();
    private volatile boolean over;

    private interface Deed {
        void done(KeptClient client, String what) throws IOException;
    }

    Traffic(Balancer balancer, Tally tally) {
        this.balancer = balancer;
        this.tally = tally;
    }

    void start() {
        for (Duration pause : List.of(OFTEN, OFTEN, SELDOM)) {
            begin("read, HTTP/1.1", http1("gateway-service"), pause, this::read);
        }
        begin("write by gateway, HTTP/1.1", http1("gateway-service"), NOW_AND_THEN, this::writeByGateway);
        begin("write by gateway, HTTP/1.1", http1("gateway-service"), SELDOM, this::writeByGateway);
        KeptClient shared = kept(new Http2Client(balancer, "gateway-service"));
        for (Duration pause : List.of(OFTEN, OFTEN, SELDOM)) {
            begin("read, HTTP/2", shared, pause, this::read);
        }
        begin("write by gateway, HTTP/2", shared, NOW_AND_THEN, this::writeByGateway);
        begin(
                "write by gateway, HTTP/2",
                kept(new Http2Client(balancer, "gateway-service")),
                SELDOM,
                this::writeByGateway);
        begin("write straight", http1("write-queue-service"), NOW_AND_THEN, this::write);
        begin("write straight", http1("write-queue-service"), SELDOM, this::write);
        for (Duration pause : List.of(NOW_AND_THEN, NOW_AND_THEN, SELDOM)) {
            begin("purge with its receipt", http1("invalidation-service"), pause, this::purge);
        }
    }

    private KeptClient http1(String service) {
        return kept(new Http1Client(balancer, service));
    }

    private KeptClient kept(KeptClient client) {
        clients.add(client);
        return client;
    }

    private void begin(String what, KeptClient client, Duration pause, Deed deed) {
        threads.execute(() -> {
            while (!over) {
                try {
                    deed.done(client, what);
                } catch (IOException e) {
                    tally.failed(what, String.valueOf(e.getMessage()));
                }
                try {
                    Thread.sleep(pause);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        });
    }

    private static int product() {
        return ThreadLocalRandom.current().nextInt(PRODUCTS);
    }

    /** Most of them hits, some for the origin alone. */
    private void read(KeptClient client, String what) throws IOException {
        String kind = product() % 5 == 0 ? "inventory" : "products";
        expect(200, what, client.send(Request.get("/api/" + kind + "/restart-" + product())));
    }

    private void writeByGateway(KeptClient client, String what) throws IOException {
        expect(202, what, client.send(write("/writes")));
    }

    private void write(KeptClient client, String what) throws IOException {
        expect(202, what, client.send(write("/v1/writes")));
    }

    private static Request write(String path) {
        return new Request(
                "POST",
                path,
                "{\"type\":\"product.update\",\"data\":{\"id\":\"restart-" + product() + "\",\"name\":\"again\"}}",
                List.of(
                        "Content-Type",
                        "application/json",
                        "Idempotency-Key",
                        UUID.randomUUID().toString()));
    }

    private void purge(KeptClient client, String what) throws IOException {
        String body = "{\"targets\":[{\"tag\":\"product:restart-" + product() + "\"}]}";
        List<String> fields = new ArrayList<>(List.of("Content-Type", "application/json"));
        fields.addAll(List.of(WebhookSignature.headers(body, "Prefer", "wait=" + RECEIPT_SECONDS)));
        Answer answer = client.send(new Request("POST", "/v1/sources/catalog/purges", body, fields));
        boolean complete = answer.status() == 200
                && Http.JSON.readTree(answer.body()).path("complete").asBoolean(false);
        if (answer.status() == 202 || (answer.status() == 200 && !complete)) {
            tally.timedOut(what, answer.body());
        } else {
            expect(200, what, answer);
        }
    }

    private void expect(int status, String what, Answer answer) {
        if (answer.status() == status) {
            tally.answered(what);
        } else {
            tally.failed(what, answer.status() + " " + answer.body());
        }
    }

    /** Returns once what is under way is answered. */
    @Override
    public void close() {
        over = true;
        threads.close();
        clients.forEach(KeptClient::close);
    }
}
