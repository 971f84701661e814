package io.tidemark.local.suite.sessions;

import io.tidemark.local.suite.client.DemoToken;
import io.tidemark.local.suite.client.Http;
import io.tidemark.local.suite.machine.Command;
import io.tidemark.local.suite.machine.JavaProcess;
import io.tidemark.local.suite.machine.PartFailedException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/**
 * A new data key of eu comes into use while one gateway there is stopped: its process is there, and neither says nor hears anything.
 * The rotation waits for it and names it, and goes on when it is back with the key.
 */
final class RotationTrial {
    private static final Duration SOON = Duration.ofMinutes(2);

    /** Three times as long as the service takes between two looks at who has which key. */
    private static final Duration WATCHED = Duration.ofSeconds(15);

    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final String ENTRY = "/edge/session/state/rotated";

    private final Site site;

    RotationTrial(Site site) {
        this.site = site;
    }

    /**
     * What came of it.
     *
     * @param waitedFor what the receipt said of the gateway that was stopped
     * @param tooEarly whether the key was used while that was so
     * @param left data keys under the old key at the end
     * @param unreadable entries of before that could not be read after
     */
    record Result(String waitedFor, boolean tooEarly, long left, int unreadable) {
        boolean isGood() {
            return waitedFor.startsWith("eu-2") && !tooEarly && left == 0 && unreadable == 0;
        }
    }

    Result run() throws IOException, InterruptedException {
        String[] cookies = new String[8];
        for (int n = 0; n < cookies.length; n++) {
            String token = "Bearer " + DemoToken.of(Origin.CANARY + "rotated-" + n, Site.TOKEN_SECRET);
            cookies[n] = Clients.begin(site.home().getFirst(), "Authorization", token);
            Clients.expect(
                    201,
                    Http.send("PUT", site.home().getFirst() + ENTRY, "1", "Cookie", cookies[n], "If-None-Match", "*"));
        }
        site.restartQueueWithNextKey();
        JavaProcess stopped = site.homeProcesses().get(1);
        Command.run("kill", "-STOP", Long.toString(stopped.pid()));
        String waitedFor;
        boolean tooEarly = false;
        try {
            site.restartGatewayWithNextKey(1);
            AtomicReference<String> named = new AtomicReference<>("");
            await("the rotation waits for eu-2", set -> {
                String said = waitingFor(set);
                named.set(said);
                return said.startsWith("eu-2");
            });
            long end = System.nanoTime() + WATCHED.toNanos();
            while (System.nanoTime() < end) {
                tooEarly |= usedBy(set(), "k2") > 0;
                Thread.sleep(PAUSE);
            }
            waitedFor = waitingFor(set());
        } finally {
            Command.run("kill", "-CONT", Long.toString(stopped.pid()));
        }
        site.restartGatewayWithNextKey(2);
        await("both use the new key, and the write queue", set -> usedBy(set, "k2") == 3);
        await("no data key is left under the old one", set -> dataKeys(set, "k1") == 0 && dataKeys(set, "k2") > 0);
        int unreadable = 0;
        for (String cookie : cookies) {
            for (String gateway : site.home()) {
                unreadable += Http.get(gateway + ENTRY, "Cookie", cookie).statusCode() == 200 ? 0 : 1;
            }
        }
        return new Result(waitedFor, tooEarly, dataKeys(set(), "k1"), unreadable);
    }

    private void await(String what, Predicate<JsonNode> reached) throws IOException, InterruptedException {
        long end = System.nanoTime() + SOON.toNanos();
        while (!reached.test(set())) {
            if (System.nanoTime() > end) {
                throw new PartFailedException("not in time: " + what + "; " + set());
            }
            Thread.sleep(PAUSE);
        }
    }

    /** What is said of the data keys of eu. */
    private JsonNode set() throws IOException, InterruptedException {
        for (JsonNode set :
                Http.json(Http.get(site.invalidationUrl() + "/v1/keys")).path("sets")) {
            if (set.path("set").asString("").equals("data-keys")
                    && set.path("region").asString("").equals("eu")) {
                return set;
            }
        }
        return Http.JSON.createObjectNode();
    }

    /** The instance that is waited for, and why; empty for none. */
    private static String waitingFor(JsonNode set) {
        for (JsonNode one : set.path("waitingFor")) {
            String instance = one.path("instance").asString("");
            if (instance.startsWith("eu-2")) {
                return instance + " " + one.path("because").asString("");
            }
        }
        return "";
    }

    private static int usedBy(JsonNode set, String key) {
        return key(set, key).path("usedBy").asInt(0);
    }

    private static long dataKeys(JsonNode set, String key) {
        return key(set, key).path("dataKeys").asLong(0);
    }

    private static JsonNode key(JsonNode set, String name) {
        for (JsonNode key : set.path("keys")) {
            if (key.path("name").asString("").equals(name)) {
                return key;
            }
        }
        return Http.JSON.createObjectNode();
    }
}
