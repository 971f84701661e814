package io.tidemark.gateway.ops;

import io.tidemark.gateway.fixtures.BareOrigin;
import io.tidemark.gateway.fixtures.GatewayUnderTest;
import io.tidemark.local.fixtures.Walk;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * Every endpoint of the management port with every parameter and field it has: missing, empty, twice, of the wrong type, huge,
 * encoded otherwise, in other case, null. What is answered is what is documented, or a problem: never a 500, never a silent yes.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class OperatorsWalkTest {
    private static final String EXPLAIN = "GET /actuator/explain";
    private static final String URL = "http://shop.example/a";

    private final BareOrigin origin = new BareOrigin();
    private GatewayUnderTest gateway;
    private Walk walk;

    @BeforeAll
    void start() {
        gateway = new GatewayUnderTest("--tidemark.drain=0s", "--tidemark.origin=" + origin.uri());
    }

    @AfterAll
    void stop() {
        gateway.close();
        origin.close();
    }

    @BeforeEach
    void begin() {
        walk = new Walk(gateway.port("local.management.port"));
    }

    @AfterEach
    void all() {
        walk.assertAll();
    }

    @Test
    void whatIsExplained() throws IOException {
        walk.each("400", EXPLAIN, "", "?", "?url", "?url=", "?x", "?=1", "?URL=" + URL, "?Url=" + URL, "?url[]=" + URL);
        walk.each(
                "400",
                EXPLAIN + "?url=",
                "x",
                "null",
                "/a",
                "ftp://a/b",
                "http://",
                "http:///a",
                "http://./a",
                "http://u@a/",
                "http://a:99999/",
                "http://a:x/",
                "http://[::1/a",
                "http://m%C3%BCnchen.example/",
                "%zz",
                "%",
                "%ff",
                "%00",
                URL + "%ff",
                URL + "%00",
                URL + "%23a",
                URL + "%20b",
                URL + "+b",
                URL + "%C3%BC",
                URL + "%E2%80%A8",
                URL + "%0d%0aX",
                URL + "&url=" + URL, // one of them, or both with a comma between them, was never asked for
                URL + "&url=",
                URL + "&x=1",
                URL + "&Url=x");
        walk.each("414", EXPLAIN + "?url=", URL + "x".repeat(20_000));
        walk.each(
                "200",
                EXPLAIN + "?",
                "url=" + URL,
                "%75rl=" + URL,
                "&url=" + URL + "&&",
                "url=http%3A%2F%2Fshop.example%2Fa",
                "url=HTTPS://SHOP.example:443/a?b=c",
                "url=http://[::1]/a",
                "url=http://shop.example",
                "url=" + URL + "x".repeat(3000));
        walk.each("404", EXPLAIN, "/", "/x", "/..%2fedge");
    }

    @Test
    void thisGatewayInOnePage() throws IOException {
        walk.each("200", "GET /actuator/edge", "", "?", "\nAccept: application/json", "\nAccept: *", "\nAccept: ");
        walk.each("400", "GET /actuator/edge", "?x", "?x=1", "?%zz", "?a=100%");
        walk.each("404", "GET /actuator/edge", "/", "/x", "/%ff");
        walk.each("404", "GET ", "/Actuator/edge", "/actuator/EDGE", "//actuator/edge", "/actuator//edge");
        walk.each("406", "GET /actuator/edge\nAccept: ", "text/html", "application/xml", ";;", "x", "a/b/c");
        for (String method : new String[] {"POST", "PUT", "DELETE", "PATCH", "TRACE", "FOO", "get"}) {
            walk.each("405", method, " /actuator/edge", " /actuator/explain?url=" + URL);
        }
        walk.each("200", "HEAD", " /actuator/edge", " /actuator/explain?url=" + URL);
    }

    @Test
    void whatBootAnswers() throws IOException {
        walk.each("200", "GET /actuator", "", "/health", "/health/readiness", "/info", "/metrics", "/prometheus");
        walk.each("404", "GET /actuator", "/", "/env", "/nothing", "/health/x", "/prometheus/x", "/metrics/a/b");
        walk.each("404", "GET /actuator/metrics/", "x", "%00", "%ff", "..", "%2F", "x".repeat(3000));
        walk.each("400", "GET /actuator/metrics/", "%zz", "jvm.memory.used?tag=x", "jvm.memory.used?tag=%zz");
        walk.each("404", "GET /actuator/metrics/jvm.memory.used?tag=", "x:y", ":", "area:", "area:HEAP");
        walk.each("200", "GET /actuator/metrics/jvm.memory.used?tag=", "area:heap", "area%3Aheap");
        walk.each("406", "GET /actuator/prometheus\nAccept: ", "text/html", "x", ";;");
        walk.each("404", "GET ", "/", "/nothing", "*", "evil");
    }

    @Test
    void fieldsOfAnyRequest() throws IOException {
        walk.each(
                "200",
                "GET /actuator/edge\n",
                "X-Request-Id: ",
                "X-Request-Id: " + "x".repeat(500),
                "X-Request-Id: a\nX-Request-Id: b",
                "traceparent: x",
                "Range: bytes=0-1",
                "If-None-Match: *",
                "If-Modified-Since: x",
                "Origin: null",
                "Cookie: =",
                "Content-Type: x",
                "Accept-Language: ;;;",
                "Upgrade: h2c",
                "Expect: x",
                "X-HTTP-Method-Override: DELETE",
                "Content-Length: 0",
                "Cache-Control: only-if-cached");
        walk.each(
                "400",
                "GET /actuator/edge\n",
                "Content-Length: x",
                "Content-Length: 0\nContent-Length: 1",
                "A B: c",
                ": c",
                "A: \u0001");
        walk.each("431", "GET /actuator/edge\n", "A: " + "x".repeat(70_000), "A".repeat(70_000) + ": x");
    }
}
