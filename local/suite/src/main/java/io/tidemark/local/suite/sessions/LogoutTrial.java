package io.tidemark.local.suite.sessions;

import io.tidemark.local.suite.client.Http;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

/** One logs out through the other region while fifty write what the session has, through every gateway. */
final class LogoutTrial {
    private static final int WRITERS = 50;
    private static final int ENTRIES = 8;
    private static final int WRITTEN_BEFORE = 500;

    private final List<String> gateways;

    LogoutTrial(List<String> gateways) {
        this.gateways = gateways;
    }

    /**
     * What came of it.
     *
     * @param failed answers of 500 and above, by what they say
     * @param backAfterwards answers other than 401 to reads of all entries through all gateways, at the end
     */
    record Result(int written, Map<String, Integer> failed, int backAfterwards) {}

    Result run() throws IOException, InterruptedException {
        String cookie = Clients.begin(gateways.getFirst());
        AtomicInteger written = new AtomicInteger();
        Map<String, Integer> failed = new ConcurrentSkipListMap<>();
        Clients.atOnce(WRITERS + 1, client -> {
            if (client == WRITERS) {
                while (written.get() < WRITTEN_BEFORE) {
                    Thread.sleep(1);
                }
                Clients.expect(204, Http.send("DELETE", gateways.getLast() + "/edge/session", "", "Cookie", cookie));
                return;
            }
            String url = gateways.get(client % gateways.size()) + path(client % ENTRIES);
            for (int status = 0; status != 401; ) {
                HttpResponse<String> answer = write(url, cookie);
                status = answer.statusCode();
                if (status < 300) {
                    written.incrementAndGet();
                } else if (status >= 500) {
                    failed.merge(type(answer), 1, Integer::sum);
                }
            }
        });
        int back = 0;
        for (String gateway : gateways) {
            for (int entry = 0; entry < ENTRIES; entry++) {
                back += Http.get(gateway + path(entry), "Cookie", cookie).statusCode() == 401 ? 0 : 1;
            }
        }
        return new Result(written.get(), Map.copyOf(failed), back);
    }

    private static String path(int entry) {
        return "/edge/session/state/e" + entry;
    }

    private static String type(HttpResponse<String> problem) {
        return problem.statusCode() + " "
                + Http.json(problem).path("type").asString("").replaceAll(".*:", "");
    }

    private static HttpResponse<String> write(String url, String cookie) throws IOException, InterruptedException {
        HttpResponse<String> now = Http.get(url, "Cookie", cookie);
        String tag = Http.header(now, "ETag");
        return Http.send(
                "PUT",
                url,
                "1",
                "Cookie",
                cookie,
                tag.isEmpty() ? "If-None-Match" : "If-Match",
                tag.isEmpty() ? "*" : tag);
    }
}
