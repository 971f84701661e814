package io.tidemark.local.suite.sessions;

import io.tidemark.local.suite.client.Http;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Many writers count one entry of one session up, each by reading it and writing one more, through two gateways. */
final class Increments {
    private static final String ENTRY = "/edge/session/state/count";

    private final List<String> gateways;

    Increments(List<String> gateways) {
        this.gateways = gateways;
    }

    /**
     * What came of it.
     *
     * @param kept what the entry says at the end
     * @param refused how often a write was answered 412, and done again
     */
    record Result(int asked, int kept, int refused, long millis) {}

    Result run(int writers, int increments) throws IOException, InterruptedException {
        String cookie = Clients.begin(gateways.getFirst());
        Clients.expect(201, Http.send("PUT", gateways.getFirst() + ENTRY, "0", "Cookie", cookie, "If-None-Match", "*"));
        AtomicInteger left = new AtomicInteger(increments);
        AtomicInteger refused = new AtomicInteger();
        long begin = System.nanoTime();
        Clients.atOnce(writers, writer -> {
            String gateway = gateways.get(writer % gateways.size());
            while (left.getAndDecrement() > 0) {
                while (!increment(gateway, cookie)) {
                    refused.incrementAndGet();
                }
            }
        });
        long millis = (System.nanoTime() - begin) / 1_000_000;
        int kept = Integer.parseInt(Clients.expect(200, Http.get(gateways.getFirst() + ENTRY, "Cookie", cookie))
                .body());
        return new Result(increments, kept, refused.get(), millis);
    }

    private static boolean increment(String gateway, String cookie) throws IOException, InterruptedException {
        HttpResponse<String> read = Clients.expect(200, Http.get(gateway + ENTRY, "Cookie", cookie));
        String next = Integer.toString(Integer.parseInt(read.body()) + 1);
        HttpResponse<String> written =
                Http.send("PUT", gateway + ENTRY, next, "Cookie", cookie, "If-Match", Http.header(read, "ETag"));
        return written.statusCode() == 412
                ? false
                : Clients.expect(204, written).statusCode() == 204;
    }
}
