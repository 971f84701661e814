package io.tidemark.gateway.session;

import static io.tidemark.gateway.session.StateClient.begin;
import static io.tidemark.gateway.session.StateClient.send;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.fixtures.BareOrigin;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Checkouts through gateways of two regions, in front of a write queue that dies as the tests say. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CheckoutOverHttpTest {
    private static final String CHECKOUTS = "/edge/session/checkouts";

    private final BareOrigin queue = new BareOrigin();
    private final Map<String, Set<String>> orders = new ConcurrentHashMap<>(); // bodies by key
    private final Set<String> clients = ConcurrentHashMap.newKeySet();
    private final AtomicInteger lost = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final StateRegions regions = new StateRegions(
            "--tidemark.writes=" + queue.uri(),
            "--tidemark.state.checkout.steps=cart,address,payment",
            "--tidemark.state.checkout.schemas.cart=classpath:schemas/cart.json");
    private final int eu1 = StateRegions.port(regions.eu1);
    private final int eu2 = StateRegions.port(regions.eu2);
    private final int us1 = StateRegions.port(regions.us1);

    CheckoutOverHttpTest() {
        queue.on("/v1/writes", exchange -> {
            int length = Integer.parseInt(field(exchange.head(), "content-length"));
            String body = new String(exchange.in().readNBytes(length), UTF_8);
            String key = field(exchange.head(), "idempotency-key");
            clients.add(field(exchange.head(), "x-client-id"));
            if (refused.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                exchange.answer(400, "{}", "Content-Type: application/problem+json");
                return;
            }
            orders.computeIfAbsent(key, _ -> ConcurrentHashMap.newKeySet()).add(body);
            if (lost.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                exchange.socket().close(); // accepted, and nobody hears of it
                return;
            }
            exchange.answer(202, "{\"accepted\":true}", "Location: /v1/writes/w-" + key);
        });
    }

    private static String field(String head, String name) {
        Matcher found = Pattern.compile("(?im)^" + name + ": *(.*?)\r?$").matcher(head);
        assertThat(found.find()).as(name).isTrue();
        return found.group(1);
    }

    @AfterAll
    void stop() {
        regions.close();
        queue.close();
    }

    private static HttpResponse<String> step(int port, String cookie, String checkout, String step, String body)
            throws IOException, InterruptedException {
        return send(port, "POST", checkout + "/steps/" + step, body, "Cookie", cookie);
    }

    private static String begun(int port, String cookie) throws IOException, InterruptedException {
        HttpResponse<String> made = send(port, "POST", CHECKOUTS, "", "Cookie", cookie);
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        return made.headers().firstValue("Location").orElseThrow();
    }

    private static String filled(int port, String cookie) throws IOException, InterruptedException {
        String checkout = begun(port, cookie);
        for (String step : new String[] {"cart", "address", "payment"}) {
            HttpResponse<String> done = step(port, cookie, checkout, step, "{\"of\":\"" + step + "\"}");
            assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
        }
        return checkout;
    }

    private static String idOf(String checkout) {
        return checkout.substring(checkout.lastIndexOf('/') + 1);
    }

    @Test
    void goesStepByStepAndEndsInOneOrder() throws Exception {
        String cookie = begin(eu1, "Authorization", StateClient.bearer("ann"));
        String checkout = begun(eu1, cookie);
        HttpResponse<String> early = step(us1, cookie, checkout, "payment", "{}");
        assertThat(early.statusCode()).isEqualTo(409);
        assertThat(early.body()).contains("step-out-of-order", "\"next\":\"cart\"");
        assertThat(step(eu1, cookie, checkout, "confirm", "").statusCode()).isEqualTo(409);
        HttpResponse<String> cart = step(us1, cookie, checkout, "cart", "{\"items\":[\"42\"]}");
        assertThat(cart.statusCode()).as(cart.body()).isEqualTo(200);
        assertThat(cart.body()).contains("\"state\":\"open\"", "\"next\":\"address\"");
        step(eu2, cookie, checkout, "address", "{\"street\":\"s\"}");
        step(eu1, cookie, checkout, "payment", "{\"by\":\"card\"}");
        HttpResponse<String> confirmed = step(us1, cookie, checkout, "confirm", "");
        assertThat(confirmed.statusCode()).as(confirmed.body()).isEqualTo(202);
        String id = idOf(checkout);
        assertThat(confirmed.headers().firstValue("Location")).hasValue("/writes/w-" + id);
        int before = queue.calls("/v1/writes");
        HttpResponse<String> again = step(eu2, cookie, checkout, "confirm", "{}");
        assertThat(again.statusCode()).isEqualTo(202);
        assertThat(again.headers().firstValue("Location")).hasValue("/writes/w-" + id);
        assertThat(queue.calls("/v1/writes")).as("known to be accepted").isEqualTo(before);
        assertThat(orders.get(id))
                .containsExactly(
                        "{\"type\":\"order.place\",\"data\":{\"customerId\":\"ann\",\"checkoutId\":\"" + id
                                + "\",\"cart\":{\"items\":[\"42\"]},\"address\":{\"street\":\"s\"},\"payment\":{\"by\":\"card\"}}}");
        assertThat(clients).contains("ann");
        assertThat(step(eu1, cookie, checkout, "cart", "{}").statusCode()).isEqualTo(409);
        assertThat(send(us1, "GET", checkout, "", "Cookie", cookie).body()).contains("\"state\":\"confirmed\"");
    }

    @Test
    void aStepNamesTheVersionThatItChanges() throws Exception {
        String cookie = begin(eu1);
        String checkout = begun(eu1, cookie);
        HttpResponse<String> cart = step(eu1, cookie, checkout, "cart", "{}");
        String etag = cart.headers().firstValue("ETag").orElseThrow();
        HttpResponse<String> address =
                send(eu1, "POST", checkout + "/steps/address", "{}", "Cookie", cookie, "If-Match", etag);
        assertThat(address.statusCode()).isEqualTo(200);
        HttpResponse<String> late =
                send(us1, "POST", checkout + "/steps/payment", "{}", "Cookie", cookie, "If-Match", etag);
        assertThat(late.statusCode()).isEqualTo(412);
        assertThat(late.headers().firstValue("ETag"))
                .isEqualTo(address.headers().firstValue("ETag"));
    }

    @Test
    void whatIsNoneIsRefused() throws Exception {
        String cookie = begin(eu1);
        String checkout = begun(eu1, cookie);
        HttpResponse<String> invalid = step(eu1, cookie, checkout, "cart", "{\"items\":1}");
        assertThat(invalid.statusCode()).isEqualTo(422);
        assertThat(invalid.body()).contains("invalid-step", "#/items");
        assertThat(step(eu1, cookie, checkout, "cart", "{").statusCode()).isEqualTo(400);
        assertThat(step(eu1, cookie, checkout, "other", "{}").statusCode()).isEqualTo(404);
        assertThat(step(eu1, cookie, CHECKOUTS + "/none", "cart", "{}").body()).contains("no-such-checkout");
        assertThat(send(eu1, "GET", CHECKOUTS, "", "Cookie", cookie).statusCode())
                .isEqualTo(405);
        assertThat(step(eu1, begin(eu1), checkout, "cart", "{}").statusCode())
                .as("of another session")
                .isEqualTo(404);
        assertThat(send(eu1, "POST", CHECKOUTS, "").statusCode()).isEqualTo(401);
    }

    @Test
    void anOrderWhoseAnswerIsLostIsTheSameWhenItIsConfirmedAgain() throws Exception {
        String cookie = begin(eu1);
        String checkout = filled(eu1, cookie);
        lost.set(1);
        HttpResponse<String> first = step(eu1, cookie, checkout, "confirm", "");
        assertThat(first.statusCode()).isEqualTo(503);
        assertThat(first.headers().firstValue("Retry-After")).isPresent();
        assertThat(step(eu1, cookie, checkout, "cart", "{\"changed\":1}").statusCode())
                .as("locked")
                .isEqualTo(409);
        assertThat(step(eu2, cookie, checkout, "confirm", "").statusCode()).isEqualTo(202);
        assertThat(orders.get(idOf(checkout)))
                .as("one order, the same each time")
                .hasSize(1);
    }

    @Test
    void anOrderThatIsRefusedCanBePutRight() throws Exception {
        String cookie = begin(eu1);
        String checkout = filled(eu1, cookie);
        refused.set(1);
        HttpResponse<String> first = step(eu1, cookie, checkout, "confirm", "");
        assertThat(first.statusCode()).isEqualTo(422);
        assertThat(first.body()).contains("order-refused");
        assertThat(step(eu1, cookie, checkout, "cart", "{\"items\":[]}").statusCode())
                .isEqualTo(200);
        assertThat(step(us1, cookie, checkout, "confirm", "").statusCode()).isEqualTo(202);
    }

    @Test
    void manyConfirmationsAtOnceAreOneOrder() throws Exception {
        String cookie = begin(eu1);
        String checkout = filled(eu1, cookie);
        int[] ports = {eu1, eu2, us1};
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> running = new ArrayList<>();
            for (int n = 0; n < 24; n++) {
                int port = ports[n % 3];
                running.add(clients.submit(
                        () -> step(port, cookie, checkout, "confirm", "").statusCode()));
            }
            for (Future<Integer> one : running) {
                assertThat(one.get(2, TimeUnit.MINUTES)).isEqualTo(202);
            }
        }
        assertThat(orders.get(idOf(checkout))).hasSize(1);
    }

    @Test
    void anOrderStaysWhereItsSessionIsAtHome() throws Exception {
        String steps = "--tidemark.state.checkout.steps=cart";
        String claim = "--tidemark.residency.claim=region";
        String writes = "--tidemark.writes=" + queue.uri();
        for (String queues : new String[] {"", "eu"}) {
            int port = StateRegions.port(regions.another(
                    "eu-" + queues,
                    regions.redisEu,
                    writes,
                    steps,
                    claim,
                    "--tidemark.residency.write-queue=" + queues));
            String cookie = begin(port);
            String checkout = send(port, "POST", CHECKOUTS, "", "Cookie", cookie)
                    .headers()
                    .firstValue("Location")
                    .orElseThrow();
            assertThat(step(port, cookie, checkout, "cart", "{}").statusCode()).isEqualTo(200);
            int before = orders.size();
            HttpResponse<String> confirmed = step(port, cookie, checkout, "confirm", "");
            boolean mayQueue = queues.equals("eu");
            assertThat(confirmed.statusCode()).as(queues + confirmed.body()).isEqualTo(mayQueue ? 202 : 451);
            assertThat(confirmed.body()).contains(mayQueue ? "\"confirmed\"" : ":residency-writes\"");
            assertThat(orders).hasSize(before + (mayQueue ? 1 : 0));
            if (!mayQueue) {
                assertThat(step(port, cookie, checkout, "cart", "{}").statusCode())
                        .as("it is not locked")
                        .isEqualTo(200);
            }
        }
    }
}
