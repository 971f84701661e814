package io.tidemark.gateway.edge;

import static io.tidemark.gateway.session.StateClient.bearer;
import static io.tidemark.gateway.session.StateClient.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.gateway.fixtures.BareOrigin;
import io.tidemark.gateway.fixtures.GatewayUnderTest;
import io.tidemark.gateway.session.StateClient;
import io.tidemark.gateway.session.StateRegions;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Answers of routes that are redacted, from the origin and from the store; and that nothing gets by.
 *
 * <p>One class, as one start of the gateway serves all of it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RedactionTest {
    private static final String ROUTE = "--spring.cloud.gateway.server.webflux.routes[%d].%s=%s";
    private static final String RULE = "--tidemark.redaction.rules[%d].%s=%s";
    private static final String PERSON =
            "{\"name\":\"Ann\",\"email\":\"canary@x.example\",\"cards\":[{\"no\":\"canary\",\"n\":1}]}";
    private static final String LEFT = "{\"name\":\"Ann\",\"cards\":[{\"no\":\"c***\",\"n\":1}]}";

    private final BareOrigin origin = new BareOrigin();
    private final Map<String, String> heads = new ConcurrentHashMap<>();
    private final GatewayUnderTest gateway = new GatewayUnderTest(arguments());
    private final int port = gateway.port("local.server.port");

    private String[] arguments(String... more) {
        List<String> all = new ArrayList<>(List.of(
                "--tidemark.tokens.secret=" + StateClient.TOKEN_SECRET,
                "--tidemark.state.data-keys=" + StateRegions.KEY,
                "--tidemark.redaction.max-body=64KB",
                "--tidemark.policies.catalog.default-ttl=60s",
                "--tidemark.policies.catalog.stale-if-error=1h",
                ROUTE.formatted(0, "id", "people"),
                ROUTE.formatted(0, "uri", origin.uri()),
                ROUTE.formatted(0, "predicates[0]", "Path=/people/**"),
                ROUTE.formatted(0, "filters[0]", "EdgeCache=catalog"),
                ROUTE.formatted(1, "id", "live"),
                ROUTE.formatted(1, "uri", origin.uri()),
                ROUTE.formatted(1, "predicates[0]", "Path=/live/**"),
                ROUTE.formatted(1, "filters[0]", "EdgeCache=live"),
                ROUTE.formatted(2, "id", "partners"),
                ROUTE.formatted(2, "uri", origin.uri()),
                ROUTE.formatted(2, "predicates[0]", "Path=/partners/**"),
                ROUTE.formatted(2, "filters[0]", "EdgeCache=catalog"),
                ROUTE.formatted(3, "id", "whole"),
                ROUTE.formatted(3, "uri", origin.uri()),
                ROUTE.formatted(3, "predicates[0]", "Path=/whole/**"),
                ROUTE.formatted(3, "filters[0]", "EdgeCache=catalog"),
                ROUTE.formatted(4, "id", "regional"),
                ROUTE.formatted(4, "uri", origin.uri()),
                ROUTE.formatted(4, "predicates[0]", "Path=/regional/**"),
                ROUTE.formatted(4, "filters[0]", "EdgeResidency=home"),
                RULE.formatted(0, "routes", "people,live"),
                RULE.formatted(0, "pointer", "/email"),
                RULE.formatted(0, "action", "remove"),
                RULE.formatted(1, "routes", "people,live"),
                RULE.formatted(1, "pointer", "/cards/*/no"),
                RULE.formatted(1, "action", "mask"),
                RULE.formatted(2, "routes", "partners"),
                RULE.formatted(2, "pointer", "/email"),
                RULE.formatted(2, "action", "hash"),
                RULE.formatted(2, "audience", "partner"),
                RULE.formatted(3, "routes", "partners"),
                RULE.formatted(3, "pointer", "/name"),
                RULE.formatted(3, "action", "remove"),
                RULE.formatted(3, "regions", "mars")));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private String path(String path, int status, String body, String... fields) {
        origin.on(path, exchange -> {
            heads.put(path, exchange.head());
            exchange.answer(status, exchange.head().startsWith("HEAD") ? "" : body, fields);
        });
        return path;
    }

    private String person(String path, String... more) {
        return path(
                path,
                200,
                PERSON,
                Stream.concat(Stream.of("Content-Type: application/json"), Stream.of(more))
                        .toArray(String[]::new));
    }

    @AfterAll
    void stop() {
        gateway.close();
        origin.close();
    }

    private HttpResponse<String> get(String path, String... fields) throws Exception {
        return send(port, "GET", path, "", fields);
    }

    private static String cache(HttpResponse<String> response) {
        return response.headers().firstValue("X-Cache-Status").orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/people/a", "/live/a"})
    void whatGoesOnSaysOfItselfWhatIsTrue(String path) throws Exception {
        person(
                path,
                "ETag: \"v1\"",
                "Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==",
                "Digest: sha-256=AAAA",
                "Content-Digest: sha-256=:AAAA:",
                "Repr-Digest: sha-256=:AAAA:",
                "Cache-Control: max-age=60");
        HttpResponse<String> answer = get(path, "Accept-Encoding", "gzip", "Range", "bytes=0-3");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(LEFT);
        assertThat(answer.headers().firstValue("Content-Length")).contains(Integer.toString(LEFT.length()));
        assertThat(answer.headers().firstValue("ETag").orElse("")).matches("\"v1~[0-9a-f]{12}\"");
        for (String lie : List.of("Content-MD5", "Digest", "Content-Digest", "Repr-Digest")) {
            assertThat(answer.headers().firstValue(lie)).as(lie).isEmpty();
        }
        assertThat(heads.get(path))
                .containsIgnoringCase("accept-encoding: identity")
                .doesNotContainIgnoringCase("range:")
                .doesNotContain("gzip");
        HttpResponse<String> again = get(path);
        assertThat(again.body()).isEqualTo(LEFT);
        assertThat(cache(again)).isEqualTo(path.startsWith("/live") ? "BYPASS" : "HIT");
        String tag = answer.headers().firstValue("ETag").orElseThrow();
        if (path.startsWith("/people")) {
            assertThat(get(path, "If-None-Match", tag).statusCode()).isEqualTo(304);
            assertThat(get(path, "Range", "bytes=0-3").body()).isEqualTo(LEFT.substring(0, 4));
        }
        HttpResponse<String> whole = get(path, "If-None-Match", "\"v1\"");
        assertThat(whole.statusCode())
                .as("the origin's own tag is of another body")
                .isEqualTo(200);
        assertThat(whole.body()).isEqualTo(LEFT);
        HttpResponse<String> head = send(port, "HEAD", path, "");
        assertThat(head.headers().firstValue("ETag")).contains(tag);
        assertThat(head.headers().firstValue("Digest")).isEmpty();
    }

    @Test
    void aStoredOneIsValidatedByTheOriginsOwnTag() throws Exception {
        String path = "/people/validated";
        origin.on(path, exchange -> {
            heads.put(path, exchange.head());
            if (exchange.head().contains("\"v7\"")) {
                exchange.send("HTTP/1.1 304 X\r\nETag: \"v7\"\r\nCache-Control: max-age=60\r\n\r\n");
            } else {
                exchange.answer(
                        200, PERSON, "Content-Type: application/json", "ETag: \"v7\"", "Cache-Control: no-cache");
            }
        });
        String tag = get(path).headers().firstValue("ETag").orElseThrow();
        HttpResponse<String> again = get(path);
        assertThat(heads.get(path)).contains("\"v7\"").doesNotContain("~");
        assertThat(cache(again)).isEqualTo("REVALIDATED");
        assertThat(again.body()).isEqualTo(LEFT);
        assertThat(again.headers().firstValue("ETag")).contains(tag);
    }

    static Stream<Arrangement> unreadable() {
        return Stream.of(
                new Arrangement("html", 200, "<p>canary", "not-json", "Content-Type: text/html"),
                new Arrangement("untyped", 200, PERSON, "not-json"),
                new Arrangement(
                        "two types",
                        200,
                        PERSON,
                        "not-json",
                        "Content-Type: application/json",
                        "Content-Type: text/html"),
                new Arrangement("lines", 200, PERSON, "not-json", "Content-Type: application/x-ndjson"),
                new Arrangement("latin", 200, PERSON, "not-json", "Content-Type: application/json; charset=iso-8859-1"),
                new Arrangement("error page", 500, "<p>canary", "not-json", "Content-Type: text/html"),
                new Arrangement(
                        "cut off",
                        200,
                        PERSON.substring(0, PERSON.length() - 2),
                        "cut-off",
                        "Content-Type: application/json"),
                new Arrangement(
                        "twice",
                        200,
                        "{\"a\":\"canary\",\"email\":1,\"email\":2}",
                        "malformed",
                        "Content-Type: application/json"),
                new Arrangement("behind", 200, PERSON + PERSON, "malformed", "Content-Type: application/json"),
                new Arrangement(
                        "coded", 200, PERSON, "encoded", "Content-Type: application/json", "Content-Encoding: gzip"),
                new Arrangement(
                        "two codings",
                        200,
                        PERSON,
                        "encoded",
                        "Content-Type: application/json",
                        "Content-Encoding: identity, br"),
                new Arrangement(
                        "part",
                        206,
                        PERSON,
                        "partial",
                        "Content-Type: application/json",
                        "Content-Range: bytes 0-91/500"),
                new Arrangement(
                        "deep",
                        200,
                        "{\"canary\":" + "[".repeat(80) + "]".repeat(80) + "}",
                        "too-deep",
                        "Content-Type: application/json"),
                new Arrangement(
                        "huge",
                        200,
                        "[\"canary\"" + ",\"canary\"".repeat(10_000) + "]",
                        "too-large",
                        "Content-Type: application/json"));
    }

    record Arrangement(String name, int status, String body, String reason, List<String> fields) {
        Arrangement(String name, int status, String body, String reason, String... fields) {
            this(name, status, body, reason, List.of(fields));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    @ParameterizedTest
    @MethodSource("unreadable")
    void whatCannotBeReadGoesNowhere(Arrangement bad) throws Exception {
        for (String route : List.of("/people/", "/live/")) {
            for (String method : List.of("GET", "POST")) {
                String path = path(
                        route + method + bad.name.replace(' ', '-'),
                        bad.status,
                        bad.body,
                        bad.fields.toArray(String[]::new));
                for (int i = 0; i < 2; i++) {
                    HttpResponse<String> answer = send(port, method, path, "");
                    assertThat(answer.statusCode()).as(path).isEqualTo(502);
                    assertThat(answer.body()).contains("redaction-withheld", "\"reason\":\"" + bad.reason + '"');
                    assertThat(answer.body() + answer.headers().map()).doesNotContain("canary");
                }
            }
        }
    }

    @Test
    void aStoredOneStandsInForOneThatIsWithheld() throws Exception {
        String path = person("/people/stands-in", "Cache-Control: max-age=0, stale-if-error=60");
        assertThat(get(path).body()).isEqualTo(LEFT);
        path(path, 200, "canary", "Content-Type: application/json");
        HttpResponse<String> answer = get(path);
        assertThat(cache(answer)).isEqualTo("STALE");
        assertThat(answer.body()).isEqualTo(LEFT);
    }

    @Test
    void problemsOfTheOriginAreRedactedToo() throws Exception {
        String path = path(
                "/people/gone",
                404,
                "{\"title\":\"no\",\"email\":\"canary\"}",
                "Content-Type: application/problem+json");
        HttpResponse<String> answer = get(path);
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).isEqualTo("{\"title\":\"no\"}");
    }

    @Test
    void whatHasNoBodyPasses() throws Exception {
        assertThat(get(path("/people/moved", 302, "", "Location: /people/a")).statusCode())
                .isEqualTo(302);
        String nothing = "/people/nothing";
        origin.on(nothing, exchange -> exchange.send("HTTP/1.1 204 X\r\n\r\n"));
        assertThat(get(nothing).statusCode()).isEqualTo(204);
    }

    @Test
    void aBodyThatBreaksOffGoesNowhere() throws Exception {
        String path = "/people/breaks-off";
        origin.on(path, exchange -> {
            exchange.send("HTTP/1.1 200 X\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n" + PERSON);
            exchange.socket().close();
        });
        HttpResponse<String> answer = get(path);
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).contains("origin-broken-off").doesNotContain("canary");
    }

    @Test
    void aBodyWithoutALengthThatEndsTooSoonGoesNowhere() throws Exception {
        String path = "/people/ends";
        origin.on(path, exchange -> {
            exchange.send("HTTP/1.1 200 X\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
                    + PERSON.substring(0, PERSON.length() - 1));
            exchange.socket().close();
        });
        assertThat(get(path).body()).contains("redaction-withheld", "cut-off").doesNotContain("canary");
    }

    @Test
    void rulesOfAnAudienceAreForItAndForWhoeverMayBeOfIt() throws Exception {
        String path = person("/partners/a", "Cache-Control: public, max-age=60");
        String hashed = get(path).body();
        assertThat(hashed).contains("\"name\":\"Ann\"").doesNotContain("canary@");
        assertThat(get(path, "Authorization", bearer("p", "aud", "partner")).body())
                .isEqualTo(hashed);
        HttpResponse<String> staff = get(path, "Authorization", bearer("s", "aud", "staff"));
        assertThat(staff.body()).isEqualTo(PERSON);
        assertThat(get(path, "Authorization", "Bearer forged").body()).isEqualTo(hashed);
        assertThat(get(path).body()).as("not the staff's").isEqualTo(hashed);
        assertThat(cache(get(path, "Authorization", bearer("s", "aud", "staff"))))
                .isEqualTo("HIT");
        assertThat(origin.calls(path)).isEqualTo(2);
    }

    @Test
    void theDataMapSaysWhatIsTakenOut() throws Exception {
        int management = gateway.port("local.management.port");
        String json = send(management, "GET", "/actuator/datamap", "").body();
        assertThat(json).contains("\"route\":\"people\"", "remove /email; mask /cards/*/no", "hash /email for partner");
        String table = send(management, "GET", "/actuator/datamap", "", "Accept", "text/markdown")
                .body();
        assertThat(table)
                .startsWith("| data | route |")
                .contains("| answers of /people/** | people | memory of each gateway |");
    }

    @Test
    void anotherRouteIsLeftAsItIs() throws Exception {
        String path = person("/whole/a", "ETag: \"v1\"");
        HttpResponse<String> answer = get(path);
        assertThat(answer.body()).isEqualTo(PERSON);
        assertThat(answer.headers().firstValue("ETag")).contains("\"v1\"");
    }

    @Test
    void aRouteThatKeepsToARegionAnswersNobodyWhereRegionsDoNotKnowOneAnother() throws Exception {
        String path = person("/regional/a");
        HttpResponse<String> answer = get(path);
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("residency-off");
        assertThat(origin.calls(path)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"routes=nowhere", "routes=bare", "pointer=email", "action=drop", "with=x"})
    void rulesThatCannotBeKeptEndTheStart(String wrong) {
        String[] arguments = Arrays.stream(arguments(
                        ROUTE.formatted(5, "id", "bare"),
                        ROUTE.formatted(5, "uri", origin.uri()),
                        ROUTE.formatted(5, "predicates[0]", "Path=/bare/**"),
                        RULE.formatted(4, "routes", "people"),
                        RULE.formatted(4, "pointer", "/a"),
                        RULE.formatted(4, "action", "remove"),
                        "--tidemark.redaction.rules[4]." + wrong))
                .toArray(String[]::new);
        String property = "--tidemark.redaction.rules[4]." + wrong.substring(0, wrong.indexOf('=') + 1);
        List<String> last = new ArrayList<>(List.of(arguments));
        last.removeIf(argument -> argument.startsWith(property) && !argument.endsWith(wrong));
        assertThatThrownBy(() -> new GatewayUnderTest(last.toArray(String[]::new)))
                .hasStackTraceContaining("tidemark.redaction.rules");
    }
}
