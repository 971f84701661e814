package io.tidemark.local.suite.sessions;

import io.lettuce.core.RedisClient;
import io.tidemark.local.suite.client.DemoToken;
import io.tidemark.local.suite.client.Http;
import io.tidemark.local.suite.client.LeanHttp;
import io.tidemark.local.suite.client.WebhookSignature;
import io.tidemark.local.suite.machine.PartFailedException;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * People who are at home in eu do everything through the gateway of us: sessions, entries, pages that stay in their region, purchases,
 * writes, and one is erased. Nothing of it may lie in Redis of us, sealed or not.
 */
final class AbroadTrial {
    private static final int CLIENTS = 8;
    private static final Duration LASTS = Duration.ofSeconds(10);
    private static final Duration ERASED_WITHIN = Duration.ofMinutes(1);

    private final Site site;

    AbroadTrial(Site site) {
        this.site = site;
    }

    /**
     * What came of it.
     *
     * @param failed answers of 500 and above, and those that were not the user's own
     * @param keys of Redis of us that are there since, and are of a person or a session
     */
    record Result(int requests, int failed, Set<String> keys, boolean erased) {
        boolean isGood() {
            return requests > 0 && failed == 0 && keys.isEmpty() && erased;
        }
    }

    Result run() throws IOException, InterruptedException {
        Set<String> before = personal();
        AtomicInteger requests = new AtomicInteger();
        AtomicInteger failed = new AtomicInteger();
        long end = System.nanoTime() + LASTS.toNanos();
        Clients.atOnce(CLIENTS, client -> {
            String user = user(client);
            String token = "Bearer " + DemoToken.of(user, "eu", Site.TOKEN_SECRET);
            String cookie = Clients.begin(site.abroad(), "Authorization", token);
            int round = 0;
            do {
                String entry = site.abroad() + "/edge/session/state/abroad-" + round % 8;
                count(requests, failed, Http.send("PUT", entry, word(user), "Cookie", cookie, "If-None-Match", "*"));
                count(requests, failed, Http.get(entry, "Cookie", cookie));
                LeanHttp.Answer page = LeanHttp.get(site.abroad() + "/api/profile", "Authorization", token);
                requests.incrementAndGet();
                if (page.status() != 200 || !page.body().contains(user)) {
                    failed.incrementAndGet();
                }
                purchase(requests, failed, user, cookie);
                String order = "{\"type\":\"order.place\",\"data\":{\"customerId\":\"" + user + "\",\"text\":"
                        + word(user) + "}}";
                count(requests, failed, Http.send("POST", site.abroad() + "/writes", order, "Cookie", cookie));
                round++;
            } while (System.nanoTime() < end);
        });
        boolean erased = erase(user(0));
        Set<String> since = new TreeSet<>(personal());
        since.removeAll(before);
        return new Result(requests.get(), failed.get(), since, erased);
    }

    private static String user(int client) {
        return Origin.CANARY + "abroad-" + client;
    }

    private static String word(String user) {
        return '"' + Origin.CANARY + "word-of-" + user + '"';
    }

    private void purchase(AtomicInteger requests, AtomicInteger failed, String user, String cookie)
            throws IOException, InterruptedException {
        String checkouts = site.abroad() + "/edge/session/checkouts";
        HttpResponse<String> begun = Http.send("POST", checkouts, "", "Cookie", cookie);
        count(requests, failed, begun);
        if (begun.statusCode() != 201) {
            return; // the session has as many as it may
        }
        String steps = checkouts + '/' + Http.json(begun).path("id").asString() + "/steps/";
        String what = "{\"items\":[\"1\"],\"for\":" + word(user) + '}';
        count(requests, failed, Http.send("POST", steps + "cart", what, "Cookie", cookie));
        String who = "{\"for\":" + word(user) + '}';
        count(requests, failed, Http.send("POST", steps + "address", who, "Cookie", cookie));
        count(requests, failed, Http.send("POST", steps + "payment", who, "Cookie", cookie));
        count(requests, failed, Http.send("POST", steps + "confirm", "", "Cookie", cookie));
    }

    private static void count(AtomicInteger requests, AtomicInteger failed, HttpResponse<String> answer) {
        requests.incrementAndGet();
        if (answer.statusCode() >= 500 && answer.statusCode() != 507) {
            failed.incrementAndGet();
        }
    }

    private boolean erase(String user) throws IOException, InterruptedException {
        String path = "/v1/subjects/" + user;
        HttpResponse<String> answer = Http.send(
                "DELETE",
                site.invalidationUrl() + path,
                "",
                WebhookSignature.headers(
                        "msg_" + UUID.randomUUID(),
                        Instant.now(),
                        "DELETE " + path,
                        WebhookSignature.SECRET,
                        "Prefer",
                        "wait=" + ERASED_WITHIN.toSeconds()));
        if (answer.statusCode() >= 300) {
            throw new PartFailedException("the erasure was answered with " + answer.statusCode() + ' ' + answer.body());
        }
        return Http.json(answer).path("complete").asBoolean() && !answer.body().contains(Origin.CANARY);
    }

    /** The keys of sessions, data keys and single users' responses in Redis of us. */
    private Set<String> personal() {
        RedisClient client = RedisClient.create(site.redisUs().url());
        try (var redis = client.connect()) {
            Set<String> keys = new TreeSet<>();
            for (String pattern :
                    new String[] {"tidemark:session*", "tidemark:person:*:stored", "tidemark:datakey:*"}) {
                keys.addAll(redis.sync().keys(pattern));
            }
            return keys;
        } finally {
            client.shutdown();
        }
    }
}
