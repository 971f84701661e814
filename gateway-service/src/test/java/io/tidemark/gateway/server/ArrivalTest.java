package io.tidemark.gateway.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.tidemark.gateway.fixtures.RawOrigin.Received;
import io.tidemark.gateway.fixtures.RunningGateway;
import io.tidemark.gateway.fixtures.RunningGateway.Response;
import io.tidemark.gateway.http.Headers;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What becomes of a request on its way from the connection to the origin, over bare sockets.
 *
 * <p>One class, as one start of the gateway serves all of it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ArrivalTest {
    private static final String ROUTES = "--spring.cloud.gateway.server.webflux.routes";
    private static final String OK = "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 2\r\n\r\nok";

    private final List<Received> received = new CopyOnWriteArrayList<>();
    private RunningGateway gateway;

    @BeforeAll
    void start() {
        gateway = RunningGateway.with(
                "--tidemark.policies.of-id.key.keep-parameters=id",
                "--tidemark.policies.tenants.key.headers=X-Tenant",
                "--tidemark.policies.lean.key.keep-headers=Accept-Language",
                "--tidemark.policies.lean.key.headers=X-Tenant",
                "--tidemark.forwarded.trusted=192.0.2.0/24",
                ROUTES + "[0].id=account",
                ROUTES + "[0].uri=${tidemark.origin}",
                ROUTES + "[0].predicates[0]=Path=/account/**",
                ROUTES + "[0].filters[0]=EdgeCache=live",
                ROUTES + "[1].id=plain",
                ROUTES + "[1].uri=${tidemark.origin}",
                ROUTES + "[1].predicates[0]=Path=/plain/**",
                ROUTES + "[2].id=stripped",
                ROUTES + "[2].uri=${tidemark.origin}",
                ROUTES + "[2].predicates[0]=Path=/strip/**",
                ROUTES + "[2].filters[0]=StripPrefix=1",
                ROUTES + "[2].filters[1]=EdgeCache=standard",
                ROUTES + "[3].id=rewritten",
                ROUTES + "[3].uri=${tidemark.origin}",
                ROUTES + "[3].predicates[0]=Path=/rewrite/**",
                ROUTES + "[3].filters[0]=RewritePath=/rewrite(?<rest>/?.*), /v1$\\{rest}",
                ROUTES + "[3].filters[1]=AddRequestParameter=added, 1",
                ROUTES + "[4].id=of-id",
                ROUTES + "[4].uri=${tidemark.origin}",
                ROUTES + "[4].predicates[0]=Path=/of-id/**",
                ROUTES + "[4].filters[0]=EdgeCache=of-id",
                ROUTES + "[5].id=tenants",
                ROUTES + "[5].uri=${tidemark.origin}",
                ROUTES + "[5].predicates[0]=Path=/tenants/**",
                ROUTES + "[5].filters[0]=EdgeCache=tenants",
                ROUTES + "[6].id=admin",
                ROUTES + "[6].uri=${tidemark.origin}",
                ROUTES + "[6].predicates[0]=Host=admin.internal",
                ROUTES + "[6].filters[0]=PreserveHostHeader",
                ROUTES + "[6].filters[1]=EdgeCache=standard",
                ROUTES + "[7].id=lean",
                ROUTES + "[7].uri=${tidemark.origin}",
                ROUTES + "[7].predicates[0]=Path=/lean/**",
                ROUTES + "[7].filters[0]=EdgeCache=lean",
                ROUTES + "[8].id=origin",
                ROUTES + "[8].uri=${tidemark.origin}",
                ROUTES + "[8].predicates[0]=Path=/**",
                ROUTES + "[8].filters[0]=PreserveHostHeader",
                ROUTES + "[8].filters[1]=EdgeCache=standard");
    }

    @BeforeEach
    void script() {
        received.clear();
        gateway.origin.otherwise(request -> {
            received.add(request);
            return OK.getBytes(ISO_8859_1);
        });
    }

    @AfterAll
    void stop() throws IOException {
        gateway.close();
    }

    private Response send(String lines) throws IOException {
        return gateway.send(lines.replace("|", "\r\n"));
    }

    private Response get(String target, String... fields) throws IOException {
        return gateway.send("GET", target, Headers.of(fields));
    }

    private void assertIsProblem(Response response, int status, String type) {
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.headers().all("Content-Type")).containsExactly("application/problem+json");
        assertThat(response.body()).contains("urn:tidemark:problem:" + type);
        assertThat(received).isEmpty();
    }

    // --- the target -----------------------------------------------------------------------------------------------

    @ParameterizedTest(name = "RFC 9110 §7.7: {0} reaches the origin octet for octet, cached and not")
    @ValueSource(
            strings = {
                "/q?a=b=c%20d",
                "/q?sig=ab%2Fcd==",
                "/q?u=http://x/?a=b%20c",
                "/a//b",
                "/a///b//",
                "/proxy/https://example.com/x",
                "/q?a=1&&b=2",
                "/q?&a=1",
                "/q?a=1&",
                "/q?=1",
                "/q?",
                "/q??",
                "/q?a={1}",
                "/a^b",
                "/q?a=100%",
                "/q?q=\"b\"",
                "/a`b\\c<d>",
                "/100%/%zz",
                "/%7euser/%2d",
                "/%c3%bc/%C3%BC",
                "/a/./b/../c",
                "/a;v=1/b%2Fc",
                "/[1]/{x}?[]={}",
                "/?a=+%2B+"
            })
    void theTargetPassesUnchanged(String target) throws IOException {
        for (String prefix : List.of("/t", "/plain", "/account", "/t")) {
            get(prefix + target);
        }
        gateway.send("POST", "/t" + target, Headers.of("Content-Length", "1"));

        assertThat(received)
                .extracting(Received::target)
                .containsExactly("/t" + target, "/plain" + target, "/account" + target, "/t" + target);
    }

    @ParameterizedTest(name = "{0} goes as {1}: filters rewrite what they say, and no more")
    @CsvSource(
            delimiter = ' ',
            value = {
                "/strip/a//b%7e?a=b=c%20d&&x /a//b%7e?a=b=c%20d&&x",
                "/strip//a^b //a^b",
                "/rewrite/a//b{}?a=b=c%20d&&x /v1/a//b{}?a=b=c%20d&&x&added=1",
                "/rewrite/a /v1/a?added=1",
                "/rewrite /v1?added=1"
            })
    void filtersStillRewrite(String target, String sent) throws IOException {
        get(target);

        assertThat(received).extracting(Received::target).containsExactly(sent);
    }

    @ParameterizedTest(name = "{0} is refused with a problem that says why")
    @ValueSource(
            strings = {"/a\u00fc", "/a#b", "/static/..%2faccount", "/static/..;/account", "/a%00b", "/a\\..\\b", "evil"
            })
    void whatIsNoTargetIsRefused(String target) throws IOException {
        assertIsProblem(get(target), 400, "request-target");
    }

    @ParameterizedTest(name = "{0} is under the policy of /account/me, which stores nothing")
    @ValueSource(
            strings = {
                "//account/me",
                "/account//me",
                "/static/../account/me",
                "/static/%2e%2e/account/me",
                "/./account/me",
                "/%61ccount/me",
                "/account/x/../me",
                "/account;x=1/me",
                "/../account/me"
            })
    void noSpellingEvadesAPolicy(String target) throws IOException {
        get(target);
        get(target);

        assertThat(received).extracting(Received::target).containsExactly(target, target);
    }

    // --- the authority --------------------------------------------------------------------------------------------

    @ParameterizedTest(name = "Host: \"{0}\" names no host: 400, for every method")
    @ValueSource(
            strings = {".", ":80", "", "u@x", "@", "..", "a..b", ".:80", "x:y", "x:99999", "[", "a,b", "%", "a%2e"})
    void whatNamesNoHostIsRefused(String host) throws IOException {
        gateway.send("GET", "/stored", Headers.of("Host", "shop.example"));
        received.clear();

        for (String method : List.of("GET", "POST", "DELETE", "M-SEARCH")) {
            Response response = gateway.send(method, "/any", Headers.of("Host", host));
            assertThat(response.status()).isEqualTo(400);
        }

        assertThat(received).isEmpty();
        assertThat(gateway.send("GET", "/stored", Headers.of("Host", "shop.example"))
                        .headers()
                        .first("X-Cache-Status"))
                .isEqualTo("HIT");
    }

    @ParameterizedTest(name = "POST {0} names no host")
    @ValueSource(strings = {"http://u@/x", "http://u@x/x", "http:///x", "http://:80/x", "http://./x", "http://"})
    void anAbsoluteTargetWithoutAHostIsRefused(String target) throws IOException {
        assertIsProblem(
                send("POST " + target + " HTTP/1.1|Host: x|Content-Length: 0|Connection: close||"), 400, "host");
    }

    @ParameterizedTest(name = "RFC 9112 §3.2.2: {0} overrules Host for routes, key and origin")
    @CsvSource({"http://admin.internal, /a", "HTTP://ADMIN.internal., /b", "http://admin.internal:80, /c"})
    void anAbsoluteTargetOverrulesHost(String authority, String path) throws IOException {
        send("GET " + authority + path + " HTTP/1.1|Host: shop.example|Connection: close||");
        send("GET " + path + " HTTP/1.1|Host: admin.internal|Connection: close||");
        send("GET http://other.example" + path + " HTTP/1.1|Host: admin.internal|Connection: close||");

        assertThat(received).extracting(Received::target).containsExactly(path, path);
        assertThat(received)
                .extracting(request -> request.headers().first("Host"))
                .containsExactly("admin.internal", "other.example");
    }

    @Test
    void allSpellingsOfAnAuthorityAreOne() throws IOException {
        for (String host : List.of("one.example", "ONE.example", "one.example.", "one.example:80", "one.example:")) {
            assertThat(gateway.send("GET", "/spellings", Headers.of("Host", host))
                            .status())
                    .isEqualTo(200);
        }

        assertThat(received)
                .singleElement()
                .satisfies(request -> assertThat(request.headers().all("Host")).containsExactly("one.example"));
    }

    // --- fields ---------------------------------------------------------------------------------------------------

    @Test
    void moreFieldsThanAnybodySendsAreRefused() throws IOException {
        String head = "GET /many HTTP/1.1|Host: x|Connection: close|";
        assertIsProblem(send(head + "A: b|".repeat(199) + "|"), 431, "request-head");
        assertIsProblem(send(head + "Any_Thing: b|".repeat(2000) + "|"), 431, "request-head");
        assertThat(send(head + "A: b|".repeat(198) + "|").status()).isEqualTo(200);
    }

    @ParameterizedTest(name = "{0} ends at the gateway")
    @ValueSource(
            strings = {
                "X_Forwarded_Host",
                "X_HTTP_Method_Override",
                "Any_Thing",
                "Proxy",
                "X-Forwarded-Protocol",
                "X-Forwarded-Uri",
                "X-Forwarded-User",
                "X-Url-Scheme",
                "X-Scheme",
                "X-HTTP-Host-Override",
                "X-HTTP-DestinationURL",
                "X-Override-URL",
                "Base-Url",
                "X-Backend-Host",
                "X-Authenticated-User",
                "X-Original-Uri",
                "X-Original-Method",
                "X-Rewrite-Url",
                "X-HTTP-Method-Override",
                "X-Real-IP",
                "True-Client-IP",
                "X-Client-Id",
                "X-Edge-User"
            })
    void whatOriginsActUponEndsHere(String field) throws IOException {
        for (String path : List.of("/t/", "/plain/", "/account/")) {
            get(path + field, field, "evil");
            gateway.send("POST", path + field, Headers.of("Content-Length", "1", field, "evil"));
        }

        assertThat(received)
                .hasSize(6)
                .allSatisfy(request -> assertThat(request.headers().has(field)).isFalse());
    }

    @ParameterizedTest(name = "RFC 9110 §7.6.1: Connection: {0} takes nothing away that the answer depends on")
    @ValueSource(strings = {"Accept-Language", "Cookie", "authorization", "close, Accept-Language"})
    void connectionNamesNoFieldForAllRecipients(String named) throws IOException {
        String field = named.substring(named.indexOf(' ') + 1);
        for (String path : List.of("/t/named", "/plain/named")) {
            send("GET " + path + "?" + named.length() + " HTTP/1.1|Host: x|Connection: close, " + named + "|" + field
                    + ": a||");
        }

        assertThat(received)
                .hasSize(2)
                .allSatisfy(request -> assertThat(request.headers().all(field)).containsExactly("a"));
    }

    @Test
    void whatConnectionTakesAwayIsInNeitherKeyNorVariant() throws IOException {
        gateway.origin.otherwise(request -> {
            received.add(request);
            String tenant = String.valueOf(request.headers().first("X-Tenant"));
            return RunningGateway.response(
                    200, Headers.of("Cache-Control", "max-age=60", "Vary", "X-Tenant"), "for " + tenant, true);
        });
        for (String path : List.of("/tenants/x", "/vary/x")) {
            String head = "GET " + path + " HTTP/1.1|Host: x|X-Tenant: a|Connection: close";
            assertThat(send(head + ", X-Tenant||").body()).isEqualTo("for null");
            assertThat(send(head + "||").body()).isEqualTo("for a");
            assertThat(send(head + ", X-Tenant||").body()).isEqualTo("for null");
            assertThat(send(head + "||").body()).isEqualTo("for a");
        }
        assertThat(received).hasSize(4);
    }

    @Test
    void theOriginLearnsWhoAsksWhereItAnswersForOneOnly() throws IOException {
        for (String path : List.of("/account/x", "/plain/x")) {
            get(path, "X-Forwarded-For", "203.0.113.7", "Forwarded", "for=203.0.113.7", "X-Forwarded-Proto", "https");
        }

        assertThat(received).hasSize(2).allSatisfy(request -> {
            assertThat(request.headers().all("X-Forwarded-For")).containsExactly("127.0.0.1");
            assertThat(request.headers().all("X-Forwarded-Proto")).containsExactly("http");
            assertThat(request.headers().all("X-Forwarded-Host")).containsExactly("shop.example");
            assertThat(request.headers().all("Forwarded"))
                    .containsExactly("for=127.0.0.1;host=shop.example;proto=http");
        });
    }

    @Test
    void whatManyShareNamesNoClient() throws IOException {
        get("/t/shared", "X-Forwarded-For", "203.0.113.7");

        assertThat(received).singleElement().satisfies(request -> {
            assertThat(request.headers().has("X-Forwarded-For")).isFalse();
            assertThat(request.headers().all("Forwarded")).containsExactly("host=shop.example;proto=http");
        });
    }

    @Test
    void aPolicyMayNameTheOnlyFieldsThatTheOriginGets() throws IOException {
        String[] fields = {"Accept-Language", "de", "X-Tenant", "a", "X-Odd", "1", "Cookie", "a=b", "Authorization", "x"
        };
        get("/lean/x", fields);
        gateway.send("POST", "/lean/x", Headers.of(fields).with("Content-Length", "1"));

        assertThat(received.getFirst().headers().names())
                .contains("Accept-Language", "X-Tenant", "X-Request-Id", "Via")
                .doesNotContain("X-Odd", "Cookie", "Authorization");
        assertThat(received.getLast().headers().names()).contains("X-Odd", "Cookie", "Authorization");
    }

    @Test
    void parametersAreKeptByWhatTheirNamesMeanAndTheOriginGetsNoOthers() throws IOException {
        get("/of-id/x?%69d=1&other=evil");
        get("/of-id/x?%69d=1&more");
        get("/of-id/x?id=1");
        get("/of-id/x?id=1&id=2&other");

        assertThat(received)
                .extracting(Received::target)
                .containsExactly("/of-id/x?%69d=1", "/of-id/x?id=1", "/of-id/x?id=1&id=2");
    }

    // --- framing --------------------------------------------------------------------------------------------------

    @ParameterizedTest(name = "RFC 9112 §6.3: {0}: {1}, and what follows is not taken for a request")
    @CsvSource({
        "Transfer-Encoding: xchunked|Content-Length: 5, 501",
        "Transfer-Encoding: xchunked, 501",
        "Transfer-Encoding: gzip, 501",
        "Transfer-Encoding: chunked|Transfer-Encoding: identity, 501",
        "Transfer-Encoding: chunked|Content-Length: 5, 400",
        "Content-Length: 5|Content-Length: 6, 400",
        "Content-Length: +5, 400",
        "Content-Length: 0x5, 400"
    })
    void doubtfulFramingClosesTheConnection(String fields, int status) throws IOException {
        try (Socket client = gateway.connect()) {
            InputStream in = new BufferedInputStream(client.getInputStream());
            String request = "POST /x HTTP/1.1|Host: x|" + fields + "||0||GET /smuggled HTTP/1.1|Host: x||";
            client.getOutputStream().write(request.replace("|", "\r\n").getBytes(ISO_8859_1));

            assertThat(RunningGateway.next(in).status()).isEqualTo(status);
            assertThat(in.read()).isEqualTo(-1);
        }
        assertThat(received).isEmpty();
    }

    @ParameterizedTest(name = "{0}: the origin never sees what was smuggled")
    @ValueSource(
            strings = {
                "POST /x HTTP/1.1|Host: x|Transfer-Encoding : chunked|Content-Length: 5||0||",
                "POST /x HTTP/1.1|Host: x|Transfer-Encoding:\u000bchunked|Content-Length: 5||0||",
                "POST /x HTTP/1.1|Host: x|Transfer-Encoding: chunked\u0000|Content-Length: 5||0||",
                "POST /x HTTP/1.1|Host: x|Transfer-Encoding: \"chunked\"|Content-Length: 5||0||",
                "POST /x HTTP/1.1|Host: x|Transfer-Encoding: chunked, chunked|Content-Length: 5||0||",
                "POST /x HTTP/1.1|Host: x|Transfer-Encoding: chunked;a=b|Content-Length: 5||0||",
                "POST /x HTTP/1.1|Host: x|Transfer-Encoding: identity, chunked|Content-Length: 5||0||",
                "POST /x HTTP/1.0|Host: x|Transfer-Encoding: chunked|Content-Length: 5||0||",
                "POST /x HTTP/1.1|Host: x|Content-Length: 5, 6||0||",
                "POST /x HTTP/1.1|Host: x|Content-Length: 5|Content-Length : 0||0||",
                "POST /x HTTP/1.1|Host: x|Content-Length: -1||0||",
                "POST /x HTTP/1.1|Host: x|Content-Length: 99999999999999999999||0||",
                "POST /x HTTP/1.1|Host: x|Transfer-Encoding: chunked||0x0||",
                "POST /x HTTP/1.1|Host: x|Transfer-Encoding: chunked||-1||",
                "POST /x HTTP/1.1|Host: x|Transfer-Encoding: chunked||1|ab|0||",
                "POST /x HTTP/1.1|Host: x|A B: c|Content-Length: 0||",
                "POST /x HTTP/1.1|Host: x|: c|Content-Length: 0||"
            })
    void whatWouldDesynchroniseSmugglesNothing(String request) throws IOException {
        try (Socket client = gateway.connect()) {
            String smuggled = "GET /smuggled HTTP/1.1|Host: x|Connection: close||";
            client.getOutputStream()
                    .write((request + smuggled).replace("|", "\r\n").getBytes(ISO_8859_1));
            String answers = new String(client.getInputStream().readAllBytes(), ISO_8859_1);

            assertThat(answers).matches("(?s)HTTP/1\\.[01] [45].*");
        }
        assertThat(received).extracting(Received::target).doesNotContain("/smuggled");
    }

    @ParameterizedTest(name = "RFC 9110 §7.8: Upgrade: {0} is ignored, with content too")
    @ValueSource(strings = {"TLS/1.0", "anything", "h2c", "websocket", "h2c, TLS/1.0"})
    void anUpgradeThatNobodyKnowsIsIgnored(String upgrade) throws IOException {
        for (String path : List.of("/t/up", "/plain/up")) {
            String head = path + " HTTP/1.1|Host: x|Upgrade: " + upgrade + "|Connection: Upgrade, HTTP2-Settings|";
            String settings = "HTTP2-Settings: AAMAAABkAAQAAP__|";
            assertThat(send("POST " + head + settings + "Content-Length: 5||hello")
                            .status())
                    .isEqualTo(200);
            if (!upgrade.equals("websocket")) {
                assertThat(send("GET " + head + settings + "|").status()).isEqualTo(200);
            }
        }
        assertThat(received)
                .isNotEmpty()
                .allSatisfy(
                        request -> assertThat(request.headers().has("Upgrade")).isFalse());
    }

    @ParameterizedTest(name = "RFC 9110 §4.1: a target of {0} octets passes")
    @ValueSource(ints = {4096, 8000, 16000})
    void longTargetsPass(int length) throws IOException {
        String target = "/t/" + "a".repeat(length - 3);

        assertThat(get(target).status()).isEqualTo(200);
        assertThat(received.getFirst().target()).isEqualTo(target);
    }

    @Test
    void anOptionsForTheServerIsAnsweredByIt() throws IOException {
        assertThat(send("OPTIONS * HTTP/1.1|Host: x|Connection: close||").status())
                .isEqualTo(204);
        assertIsProblem(send("GET * HTTP/1.1|Host: x|Connection: close||"), 400, "request-target");
    }

    @Test
    void whatClientsMakeUpIsNoLabel() throws IOException {
        for (String path : List.of("/t/made-up", "/plain/made-up", "/account/made-up", "/..;/made-up")) {
            gateway.send("MADE-UP", path, Headers.empty());
        }

        assertThat(received)
                .extracting(Received::method)
                .containsOnly("MADE-UP")
                .hasSize(3);
        assertThat(gateway.bean(MeterRegistry.class).getMeters())
                .flatExtracting(meter -> meter.getId().getTags())
                .extracting(Tag::getValue)
                .noneMatch(value -> value.contains("MADE-UP") || value.contains("made-up"));
    }

    @ParameterizedTest(name = "RFC 9110 §15.6.6: {0} is not supported")
    @ValueSource(strings = {"HTTP/9.9", "HTTP/3.0", "HTTP/0.9"})
    void otherMajorVersionsAreRefused(String version) throws IOException {
        assertIsProblem(send("GET /x " + version + "|Host: x|Connection: close||"), 505, "http-version");
    }

    @Test
    void http10NeedsNoHost() throws IOException {
        assertThat(send("GET /t/http10 HTTP/1.0||").status()).isEqualTo(200);
        assertThat(send("GET http://shop.example/t/http10 HTTP/1.0||").status()).isEqualTo(200);

        assertThat(received)
                .extracting(request -> request.headers().first("X-Forwarded-Host"))
                .containsExactly("localhost", "shop.example");
    }
}
