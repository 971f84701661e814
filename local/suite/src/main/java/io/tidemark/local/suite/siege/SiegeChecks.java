package io.tidemark.local.suite.siege;

import io.tidemark.local.suite.client.Http;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

/** What one request of a client without rights must not do, each by a raw socket to gateway eu-1. */
final class SiegeChecks {
    private static final int GATEWAY = 8080;
    private static final String KEY_OF_ONE = "key=\"http://one.example/";
    private static final Pattern ANOTHER = Pattern.compile("HTTP/1\\.1 [1-5][0-9][0-9] ");

    private static final List<Check> ALL = List.of(
            refused(
                    "a host that is none purges nothing",
                    "POST /api/products/{id} HTTP/1.1|Host: .|Content-Length: 0||"),
            refused("nor does a port alone", "POST /api/products/{id} HTTP/1.1|Host: :80|Content-Length: 0||"),
            refused(
                    "nor an absolute target without a host",
                    "POST http://u@/api/products/{id} HTTP/1.1|Host: a|Content-Length: 0||"),
            new Check(
                    "dot segments do not evade a policy",
                    "GET /static/../api/orders?customerId={id} HTTP/1.1|Host: shop.example||",
                    answer -> isRefused(answer) || answer.contains("BYPASS")),
            new Check(
                    "nor do empty segments",
                    "GET //api/orders?customerId={id} HTTP/1.1|Host: shop.example||",
                    answer -> isRefused(answer) || answer.contains("BYPASS")),
            new Check(
                    "a chunk that only some readers end there is none",
                    "POST /api/orders HTTP/1.1|Host: a|Transfer-Encoding: chunked||0\r5||"
                            + "GET /api/products/{id} HTTP/1.1|Host: a||",
                    answer -> isRefused(answer) && isOne(answer)),
            new Check(
                    "an unknown transfer coding closes the connection",
                    "POST /api/orders HTTP/1.1|Host: a|Transfer-Encoding: xchunked|Content-Length: 5||0||"
                            + "GET /api/products/{id} HTTP/1.1|Host: a||",
                    answer -> (isRefused(answer) || answer.startsWith("HTTP/1.1 501")) && isOne(answer)),
            new Check(
                    "a length beside chunks closes the connection",
                    "POST /api/orders HTTP/1.1|Host: a|Transfer-Encoding: chunked|Content-Length: 5||0||"
                            + "GET /api/products/{id} HTTP/1.1|Host: a||",
                    answer -> isOne(answer)),
            new Check(
                    "no upgrade to HTTP/2 in clear text",
                    "GET /api/products/{id} HTTP/1.1|Host: a|Connection: Upgrade, HTTP2-Settings|Upgrade: h2c|"
                            + "HTTP2-Settings: AAMAAABkAAQAAP__||",
                    answer -> answer.startsWith("HTTP/1.1 200")),
            new Check(
                    "a change whose URL no purge can name is answered",
                    "PUT /api/products/{id}?q=" + "x".repeat(3000)
                            + " HTTP/1.1|Host: a|Content-Type: application/json|Content-Length: 2||{}",
                    answer -> answer.startsWith("HTTP/1.1 200")),
            new Check(
                    "an absolute target overrules Host, in the key too",
                    "GET http://one.example/api/products/{id} HTTP/1.1|Host: other.example||"
                            + "GET /api/products/{id} HTTP/1.1|Host: other.example||",
                    answer -> answer.contains(KEY_OF_ONE) && !answer.contains("; hit")),
            new Check(
                    "all spellings of a host are one",
                    "GET /api/products/{id} HTTP/1.1|Host: one.example.||"
                            + "GET /api/products/{id} HTTP/1.1|Host: ONE.example:80||",
                    answer -> answer.contains(KEY_OF_ONE)
                            && !answer.contains("one.example.")
                            && !answer.contains("ONE.example")),
            new Check( // the origin is asked where the log does not say in time where it ends
                    "a token of no log changes nothing for others",
                    "GET /api/products/{id} HTTP/1.1|Host: a|Edge-Read-After: AAAAAAAAAAAAAAAAAAAAAA:999999999||",
                    answer -> isRefused(answer) || answer.contains("fwd=")));

    private SiegeChecks() {}

    private static Check refused(String what, String request) {
        return new Check(what, request, SiegeChecks::isRefused);
    }

    /** Whether one response came; what it says of HTTP is none. */
    private static boolean isOne(String answer) {
        return !ANOTHER.matcher(answer).find(1);
    }

    private static boolean isRefused(String answer) {
        return answer.startsWith("HTTP/1.1 400");
    }

    /** Does each; what another client has stored must still be there after all of them. */
    static List<String> failures(PrintStream out) throws IOException, InterruptedException {
        String kept = "http://127.0.0.1:" + GATEWAY + "/api/products/kept-" + UUID.randomUUID();
        Http.get(kept);
        List<String> failures = Check.failures(ALL, GATEWAY, out);
        if (!Http.header(Http.get(kept), "X-Cache-Status").equals("HIT")) {
            failures.add("what was stored is gone");
        }
        return failures;
    }
}
