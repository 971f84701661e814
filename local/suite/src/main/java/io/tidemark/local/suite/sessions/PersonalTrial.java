package io.tidemark.local.suite.sessions;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.tidemark.local.suite.client.DemoToken;
import io.tidemark.local.suite.client.LeanHttp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Two users ask for the same page of theirs, through the same gateways at the same time. */
final class PersonalTrial {
    private static final int CLIENTS = 16;
    private static final List<String> USERS = List.of(Origin.CANARY + "ann", Origin.CANARY + "bob");

    private final Site site;

    PersonalTrial(Site site) {
        this.site = site;
    }

    /**
     * What came of it.
     *
     * @param others answers that had the other user's word
     * @param failed answers that were not 200 with the user's own
     * @param statuses how often each {@code X-Cache-Status} came
     */
    record Result(int requests, int others, int failed, Map<String, Integer> statuses) {}

    Result run(int requests) throws InterruptedException {
        AtomicInteger left = new AtomicInteger(requests);
        AtomicInteger others = new AtomicInteger();
        AtomicInteger failed = new AtomicInteger();
        Map<String, Integer> statuses = new ConcurrentSkipListMap<>();
        Clients.atOnce(CLIENTS, client -> {
            String own = USERS.get(client % 2);
            String other = USERS.get(1 - client % 2);
            String token = "Bearer " + DemoToken.of(own, Site.TOKEN_SECRET);
            for (int n = client; left.getAndDecrement() > 0; n++) {
                String gateway = site.everywhere().get(n % 3);
                LeanHttp.Answer answer = LeanHttp.get(gateway + "/api/me/page-" + n % 5, "Authorization", token);
                if (answer.body().contains(other)) {
                    others.incrementAndGet();
                }
                if (answer.status() != 200 || !answer.body().contains(own)) {
                    failed.incrementAndGet();
                }
                statuses.merge(answer.header("X-Cache-Status"), 1, Integer::sum);
            }
        });
        return new Result(requests, others.get(), failed.get(), statuses);
    }

    /** In how many files of each store the word stands that begins every user's name and page. */
    static Map<String, Long> canaries(Site site) throws IOException {
        Map<String, Long> found = new LinkedHashMap<>();
        for (String backend : List.of("redis-eu", "redis-us", "kafka")) {
            found.put(backend, files(site.data(backend)));
        }
        found.put("logs", files(site.options().logs()));
        return found;
    }

    private static long files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).filter(PersonalTrial::holds).count();
        }
    }

    private static boolean holds(Path file) {
        try {
            return new String(Files.readAllBytes(file), ISO_8859_1).contains(Origin.CANARY);
        } catch (IOException gone) {
            return false;
        }
    }
}
