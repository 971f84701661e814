package io.tidemark.gateway.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.fixtures.Http2Client;
import io.tidemark.gateway.fixtures.RawOrigin;
import io.tidemark.gateway.fixtures.RawOrigin.Received;
import io.tidemark.gateway.fixtures.RunningGateway;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a request on its way from an HTTP/2 connection to the origin. */
class ArrivalOverHttp2Test {
    private final RunningGateway gateway = RunningGateway.get();
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final Http2Client client = new Http2Client(gateway.port());
    private final String base = gateway.newTarget();

    @BeforeEach
    void script() {
        gateway.origin.otherwise(request -> {
            received.add(request);
            return "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 2\r\n\r\nok".getBytes(ISO_8859_1);
        });
    }

    @AfterEach
    void close() {
        client.close();
        gateway.origin.otherwise(RawOrigin.NOTHING);
    }

    @ParameterizedTest(name = ":authority \"{0}\" names no host: 400")
    @ValueSource(strings = {".", ":80", "u@x", "@", "..", "a..b", "x:y", "", "%", "a/b"})
    void whatNamesNoHostIsRefused(String authority) throws Exception {
        for (String method : List.of("GET", "POST")) {
            assertThat(client.send(method, base, authority).status()).isIn(400, 0);
        }
        assertThat(received).isEmpty();
    }

    @ParameterizedTest(name = "RFC 9113 §8.3.1: :path \"{0}\" is malformed: 400")
    @ValueSource(strings = {"evil", "http://evil.example/x", "*", "/a#b", "/..%2fa", "/a\u00fc", "?x", "//"})
    void aMalformedPathIsRefused(String path) throws Exception {
        Http2Client.Response response = client.send("GET", path, "shop.example");

        if (path.equals("//")) {
            assertThat(response.status()).isEqualTo(200); // an empty segment is none of these
            return;
        }
        assertThat(response.status()).isEqualTo(400);
        assertThat(response.type()).isEqualTo("application/problem+json");
        assertThat(response.body()).contains("urn:tidemark:problem:request-target");
        assertThat(received).isEmpty();
    }

    @ParameterizedTest(name = "RFC 9110 §7.7: {0} reaches the origin octet for octet")
    @ValueSource(strings = {"/a//b?x=a=b%20c&&", "/{a}^|`\"?%", "/a%7e?", "/./a/../b"})
    void theTargetPassesUnchanged(String rest) throws Exception {
        assertThat(client.send("GET", base + rest, "shop.example").status()).isEqualTo(200);

        assertThat(received).extracting(Received::target).containsExactly(base + rest);
    }

    @Test
    void aLongTargetPassesUpToTheLimitOfTheRequestLine() throws Exception {
        assertThat(client.send("GET", base + '/' + "a".repeat(15_900), "shop.example")
                        .status())
                .isEqualTo(200);

        Http2Client.Response tooLong = client.send("GET", base + '/' + "a".repeat(17_000), "shop.example");

        assertThat(tooLong.status()).isEqualTo(414);
        assertThat(tooLong.body()).contains("urn:tidemark:problem:request-target");
    }

    @Test
    void moreFieldsThanAnybodySendsAreRefused() throws Exception {
        String[] fields = new String[400];
        for (int i = 0; i < fields.length; i += 2) {
            fields[i] = "x-" + i;
            fields[i + 1] = "a";
        }

        Http2Client.Response response = client.send("GET", base, "shop.example", fields);

        assertThat(response.status()).isEqualTo(431);
        assertThat(response.body()).contains("urn:tidemark:problem:request-head");
        assertThat(received).isEmpty();
    }

    @ParameterizedTest(name = "{0} ends at the gateway")
    @ValueSource(strings = {"x_forwarded_host", "proxy", "x-forwarded-host", "x-client-id"})
    void whatOriginsActUponEndsHere(String field) throws Exception {
        client.send("GET", base, "shop.example", field, "evil.example");

        assertThat(received)
                .singleElement()
                .satisfies(request -> assertThat(request.headers().all(field)).doesNotContain("evil.example"));
    }

    @Test
    void allSpellingsOfAnAuthorityAreOne() throws Exception {
        for (String authority : List.of("two.example", "TWO.example", "two.example.", "two.example:80")) {
            assertThat(client.send("GET", base, authority).status()).isEqualTo(200);
        }

        assertThat(received).hasSize(1);
    }
}
