package io.tidemark.gateway.edge;

import io.tidemark.gateway.fixtures.BareOrigin;
import io.tidemark.gateway.fixtures.GatewayUnderTest;
import io.tidemark.local.fixtures.Walk;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * Every field of a request that the gateway gives a meaning to: missing, empty, twice, of the wrong type, huge, encoded
 * otherwise, in other case, null. What is answered is what is documented, or a problem: never a 500, never a silent yes.
 *
 * <p>One class, as one start of the gateway serves all of it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class WalkTest {
    private static final String ROUTES = "--spring.cloud.gateway.server.webflux.routes";
    private static final String GET = "GET /cached/x\n";
    private static final String DATE = "Sun, 06 Nov 1994 08:49:37 GMT";
    private static final String HUGE = "x".repeat(20_000);

    private final BareOrigin origin = new BareOrigin();
    private GatewayUnderTest gateway;
    private Walk walk;

    @BeforeAll
    void start() {
        gateway = new GatewayUnderTest(
                "--tidemark.drain=0s",
                "--tidemark.tokens.secret=0123456789012345678901234567890123456789",
                "--tidemark.policies.users.key.claims=tenant",
                ROUTES + "[0].id=cached",
                ROUTES + "[0].uri=" + origin.uri(),
                ROUTES + "[0].predicates[0]=Path=/cached/**",
                ROUTES + "[0].filters[0]=EdgeCache=standard",
                ROUTES + "[1].id=users",
                ROUTES + "[1].uri=" + origin.uri(),
                ROUTES + "[1].predicates[0]=Path=/users/**",
                ROUTES + "[1].filters[0]=EdgeCache=users",
                ROUTES + "[2].id=behind",
                ROUTES + "[2].uri=" + origin.uri(),
                ROUTES + "[2].predicates[0]=Path=/behind/{id}",
                ROUTES + "[2].filters[0]=WriteBehind=product.update",
                ROUTES + "[3].id=through",
                ROUTES + "[3].uri=" + origin.uri(),
                ROUTES + "[3].predicates[0]=Path=/through/{id}",
                ROUTES + "[3].filters[0]=WriteThrough=tag:product:{id}",
                ROUTES + "[4].id=sockets",
                ROUTES + "[4].uri=" + origin.uri().replace("http", "ws"),
                ROUTES + "[4].predicates[0]=Path=/sockets/**");
        for (String path : List.of("/cached/x", "/users/x", "/v1/writes", "/through/1", "/through/%zz")) {
            origin.on(path, exchange -> {
                for (String line : exchange.head().toLowerCase(Locale.ROOT).split("\r\n", -1)) {
                    if (line.startsWith("content-length: ")) {
                        exchange.in().readNBytes(Integer.parseInt(line.substring(16)));
                    }
                }
                exchange.answer(
                        200,
                        exchange.head().startsWith("HEAD") ? "" : "0123456789",
                        "ETag: \"e\"",
                        "Last-Modified: " + DATE,
                        "Cache-Control: max-age=600");
            });
        }
        gateway.get("/cached/x");
    }

    @AfterAll
    void stop() {
        gateway.close();
        origin.close();
    }

    @BeforeEach
    void begin() throws IOException {
        walk = new Walk(gateway.port("local.server.port"));
        walk.expect("200", "GET /cached/x", ""); // stored from here on
    }

    @AfterEach
    void all() {
        walk.assertAll();
    }

    @Test
    void whatAReaderMayNotGetOlder() throws IOException {
        walk.each(
                "400",
                GET + "Edge-Read-After: ",
                "",
                " ",
                "x",
                "1",
                ":",
                ":1",
                "a:b",
                "x:-2",
                "x:1.0",
                "x:99999999999999999999",
                "\"x:1\"",
                "null",
                "x%3A1",
                HUGE,
                "x:1,x:2",
                "x:1\nEdge-Read-After: x:1", // two of them are no position
                "x:1\nedge-read-after: x:2");
        walk.each("200", GET, "EDGE-READ-AFTER: x:1", "Edge-Read-After: " + HUGE + ":1");
    }

    @Test
    void directivesOfTheCache() throws IOException {
        walk.each(
                "200 hit",
                GET + "Cache-Control: ",
                "",
                ",",
                "=",
                "\"",
                "a=\"",
                "null",
                HUGE,
                "max-age=99999999999999999999",
                "max-stale=x",
                "only-if-cached",
                "only-if-cached=x");
        walk.each(
                "200 fwd=request",
                GET + "Cache-Control: ", // what cannot be read asks for the most that it could mean
                "no-cache",
                "NO-CACHE",
                "no-cache=\"x\"",
                "max-age",
                "max-age=",
                "max-age=-1",
                "max-age=1.5",
                "max-age=\"0\"",
                "max-age=0, max-age=100",
                "max-age=0\nCache-Control: max-age=100",
                "min-fresh=99999999999");
        walk.each("200 fwd=request", GET, "Pragma: no-cache", "pragma: No-Cache");
        walk.each("200 hit", GET, "Pragma: ", "Pragma: x", "Cache-Control: x\nPragma: no-cache");
        walk.expect("504", "GET /cached/none\nCache-Control: ONLY-IF-CACHED", "");
    }

    @Test
    void conditions() throws IOException {
        walk.each(
                "304 hit",
                GET + "If-None-Match: ",
                "\"e\"",
                "W/\"e\"",
                "*",
                "\"x\", \"e\"",
                "\"x\"\nIf-None-Match: \"e\"");
        walk.each("200 hit", GET + "If-None-Match: ", "", "e", "\"", "\"e", ",", "null", "\"E\"", HUGE);
        walk.each(
                "304 hit",
                GET + "If-Modified-Since: ",
                DATE,
                "Sunday, 06-Nov-94 08:49:37 GMT",
                "Sun Nov  6 08:49:37 1994");
        walk.each("200 hit", GET + "If-Modified-Since: ", "", "x", "0", "Sun, 99 Nov 1994 08:49:37 GMT", HUGE);
        walk.each("200", GET + "If-Match: ", "", "e", "\"", "*", "null", HUGE); // the origin's to judge
        walk.each("200", GET + "If-Unmodified-Since: ", "", "x", "0", HUGE);
    }

    @Test
    void partsOfAnAnswer() throws IOException {
        walk.each("206 hit", GET + "Range: ", "bytes=0-1", "BYTES=0-1", "bytes=0-0,2-2", "bytes=-1", "bytes=9-99");
        walk.each(
                "200 hit", // RFC 9110 §14.2: what is no range is ignored
                GET + "Range: ",
                "",
                "bytes",
                "bytes=",
                "bytes=-",
                "bytes=5-1",
                "bytes=a-b",
                "items=0-1",
                "null",
                "bytes=0-1\nRange: bytes=2-3",
                "bytes=" + "0-0,".repeat(3000) + "0-0");
        walk.each("416 Content-Range: bytes */10", GET + "Range: ", "bytes=99-", "bytes=-0");
        walk.each("206", GET + "Range: bytes=0-1\nIf-Range: ", "\"e\"", DATE);
        walk.each("200", GET + "Range: bytes=0-1\nIf-Range: ", "", "x", "W/\"e\"", "\"x\"", "\"");
    }

    @Test
    void whatGoesWithEveryRequest() throws IOException {
        for (String field :
                List.of("X-Request-Id", "traceparent", "tracestate", "baggage", "Prefer", "Accept", "Cookie")) {
            walk.each(
                    "200 hit",
                    GET + field + ": ",
                    "",
                    "\"",
                    "=",
                    ";;;",
                    ",,",
                    "null",
                    "x",
                    "%0d%0a",
                    HUGE,
                    "a\n" + field + ": b");
        }
        for (String field : List.of(
                "Accept-Encoding",
                "Accept-Language",
                "TE",
                "Via",
                "CDN-Loop",
                "Max-Forwards",
                "Forwarded",
                "Origin",
                "X-Forwarded-Host",
                "X-Forwarded-Proto",
                "X-Forwarded-For",
                "Expect",
                "Connection",
                "Upgrade",
                "Date")) {
            walk.each("200 hit", GET + field + ": ", "", "\"", ";;", "null", "-1", "x=y", "a\n" + field + ": b");
        }
        walk.each("400", GET, "Host: ", "Host: shop.example", "A B: c", ": c", "A: \u0001", "A\u0001: c");
        walk.each("431", GET, "A: " + "x".repeat(70_000));
        walk.each("400", "GET ", "/cached/\u00fc", "cached", "/cached/%00", "/cached/x y", "/a/..%2fb");
        walk.each("414", "GET /cached/", HUGE);
        walk.each("404", "GET ", "/", "/nowhere", "/CACHED/x");
        walk.each("204", "OPTIONS ", "*", "/cached/x\nMax-Forwards: 0");
        walk.each("405", "TRACE /cached/x\n", "Max-Forwards: 0");
        walk.each("501", "CONNECT ", "shop.example:443");
    }

    @Test
    void whoAsks() throws IOException {
        walk.each(
                "200 fwd=bypass", // nothing stored is for them
                "GET /users/x\nAuthorization: ",
                "",
                "x",
                "Bearer",
                "Bearer x",
                "Bearer a.b.c",
                "bearer eyJhbGciOiJub25lIn0.e30.",
                "Basic x",
                "Bearer " + HUGE,
                "Bearer x\nAuthorization: Bearer y");
    }

    @Test
    void writesBehind() throws IOException {
        String post = "POST /behind/1";
        String json = post + "\nContent-Type: application/json";
        for (String body : List.of(
                "[]",
                "null",
                "7",
                "\"x\"",
                " ",
                "{",
                "{}x",
                "{}{}",
                "{\"a\":1,\"a\":2}",
                "{\"a\":\"\\ud800\"}",
                "{\"a\":1e2147483648}",
                "{\"a\":" + "9".repeat(1500) + "}",
                "{\"" + "x".repeat(60_000) + "\":1}",
                "[".repeat(2000),
                "\u0000",
                "{\"a\":1,}",
                "{'a':1}")) {
            walk.expect("400", json, body);
            walk.expect("400", post, body);
        }
        walk.expect("413", json, "{\"a\":\"" + "x".repeat(1_100_000) + "\"}");
        for (String type :
                List.of("", "text/plain", "json", ";;", "application/x-www-form-urlencoded", "multipart/form-data")) {
            walk.expect("415", post + "\nContent-Type: " + type, "{}");
        }
        walk.expect("415", json + "\nContent-Encoding: gzip", "{}");
        walk.expect("415", json + "\nContent-Type: text/plain", "{}");
        for (String method : List.of("POST", "PUT", "PATCH")) {
            walk.expect("200", method + " /behind/1\nContent-Type: APPLICATION/JSON; charset=utf-8", "{\"a\":1.50}");
            walk.expect("200", method + " /behind/1", "");
        }
        walk.expect("200", post + "\nContent-Encoding: identity", "{}");
        walk.expect("200", post, "{}");
        walk.expect("400", "POST /behind/%ff", "{}");
        walk.expect("404", "POST /behind/", "{}");
    }

    @Test
    void writesThrough() throws IOException {
        walk.expect("200", "PUT /through/1\nEdge-Read-After: x", "{}"); // is for readers
        walk.expect("200", "PUT /through/%zz", "{}");
        walk.expect("400", "PUT /through/%ff", "{}"); // no purge could name it, and so it is not done
        walk.expect("400", "PUT /through/%00", "{}");
        walk.expect("404", "PUT /through/", "{}");
    }

    @Test
    void webSockets() throws IOException {
        String upgrade = "\nUpgrade: websocket\nConnection: Upgrade";
        walk.each("400", "GET /sockets/x", "", "\nUpgrade: x", "\nUpgrade: websocket", upgrade);
        walk.each(
                "400",
                "GET /sockets/x" + upgrade + "\nSec-WebSocket-Version: 13",
                "",
                "\nSec-WebSocket-Key: ",
                "\nSec-WebSocket-Key: x");
    }
}
