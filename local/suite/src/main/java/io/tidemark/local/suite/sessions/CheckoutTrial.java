package io.tidemark.local.suite.sessions;

import io.tidemark.local.suite.client.DemoToken;
import io.tidemark.local.suite.client.Http;
import io.tidemark.local.suite.machine.Killer;
import io.tidemark.local.suite.machine.PartFailedException;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * Purchases by clients that ask the other gateway again whatever breaks, while one of both gateways of the region is killed all
 * the time. Each purchase that was confirmed must be one order at the origin.
 */
final class CheckoutTrial {
    private static final int CLIENTS = 8;
    private static final Duration KILL_EVERY = Duration.ofSeconds(6);
    private static final Duration DELIVERED_WITHIN = Duration.ofMinutes(2);
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final List<String> STEPS = List.of("cart", "address", "payment", "confirm");

    private final Site site;
    private final Map<String, Integer> broken = new ConcurrentSkipListMap<>();
    private final Set<String> confirmed = ConcurrentHashMap.newKeySet();

    CheckoutTrial(Site site) {
        this.site = site;
    }

    /**
     * What came of it.
     *
     * @param broken requests that were cut or answered 500 and above, by what they asked for
     * @param missing confirmed purchases without an order
     * @param orders all that the origin has
     */
    record Result(int confirmed, int kills, Map<String, Integer> broken, long missing, int orders) {}

    Result run(int checkouts) throws InterruptedException {
        AtomicInteger left = new AtomicInteger(checkouts);
        int kills;
        try (var killer = new Killer(site.homeProcesses(), KILL_EVERY, 1)) {
            killer.start();
            Clients.atOnce(CLIENTS, client -> {
                while (left.getAndDecrement() > 0) {
                    purchase(client);
                }
            });
            kills = killer.kills();
        }
        for (var gateway : site.homeProcesses()) {
            gateway.awaitUp();
        }
        awaitOrders();
        Set<String> ordered = ordered();
        long missing = confirmed.stream().filter(id -> !ordered.contains(id)).count();
        return new Result(
                confirmed.size(), kills, broken, missing, site.origin().orders().size());
    }

    private void awaitOrders() throws InterruptedException {
        long end = System.nanoTime() + DELIVERED_WITHIN.toNanos();
        while (!ordered().containsAll(confirmed) && System.nanoTime() < end) {
            Thread.sleep(PAUSE);
        }
    }

    private Set<String> ordered() {
        return site.origin().orders().values().stream()
                .map(order -> Http.JSON.readTree(order).findValue("checkoutId").asString())
                .collect(Collectors.toSet());
    }

    private void purchase(int client) throws InterruptedException {
        String token = "Bearer " + DemoToken.of(Origin.CANARY + "customer-" + client, Site.TOKEN_SECRET);
        String cookie = Clients.cookie(again("session", client, "/edge/session", "", "Authorization", token));
        HttpResponse<String> begun = again("begin", client, "/edge/session/checkouts", "", "Cookie", cookie);
        String id = Http.json(begun).path("id").asString();
        for (String step : STEPS) {
            String body = switch (step) {
                case "confirm" -> "";
                case "cart" -> "{\"items\":[\"1\"],\"for\":\"" + Origin.CANARY + client + "\"}";
                default -> "{\"for\":\"" + Origin.CANARY + client + "\"}";
            };
            again(step, client, "/edge/session/checkouts/" + id + "/steps/" + step, body, "Cookie", cookie);
        }
        confirmed.add(id);
    }

    /** Until an answer below 300. */
    private HttpResponse<String> again(String what, int client, String path, String body, String... fields)
            throws InterruptedException {
        for (int attempt = client; ; attempt++) {
            String gateway = site.home().get(attempt % 2);
            try {
                HttpResponse<String> answer = Http.send("POST", gateway + path, body, fields);
                if (answer.statusCode() < 300) {
                    return answer;
                }
                if (answer.statusCode() < 500 && answer.statusCode() != 409) {
                    throw new PartFailedException(what + ": " + answer.statusCode() + ' ' + answer.body());
                }
            } catch (IOException cut) {
                // asked again
            }
            broken.merge(what, 1, Integer::sum);
            Thread.sleep(PAUSE);
        }
    }
}
