package io.tidemark.gateway.edge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.fixtures.RunningGateway;
import io.tidemark.gateway.fixtures.RunningGateway.Response;
import io.tidemark.gateway.http.Headers;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a proxy owes both sides (RFC 9110 §7, RFC 9112), byte for byte against the running gateway. */
class ProxyDutiesTest extends ProxyScenarios {
    @ParameterizedTest(name = "RFC 9110 §15: {0} passes through as it is")
    @ValueSource(ints = {299, 305, 399, 418, 451, 499, 599, 600, 799, 999})
    void unusualStatusesPassThrough(int status) throws IOException {
        origin("HTTP/1.1 " + status + " Whatever\r\nContent-Length: 2\r\n\r\nok");

        Response response = get();

        assertThat(response.status()).isEqualTo(status);
        assertThat(response.body()).isEqualTo("ok");
    }

    @ParameterizedTest(name = "RFC 9110 §9.1: {0} reaches the origin with its body and is not answered from the store")
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "M-SEARCH", "PROPFIND", "PURGE", "get"})
    void anyMethodPassesThrough(String method) throws IOException {
        origin("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 2\r\n\r\nok");
        get();

        Response response = gateway.send(method, target, Headers.of("Content-Length", "3"));

        assertThat(response.status()).isEqualTo(200);
        assertThat(received.getLast().method()).isEqualTo(method);
        assertThat(received.getLast().body()).isEqualTo("xxx");
        assertThat(calls).hasValue(2);
    }

    @ParameterizedTest(name = "§4.4: {0} answered {1}: the next GET asks the origin {2} more times")
    @CsvSource({"POST,200,1", "PUT,204,1", "DELETE,200,1", "M-SEARCH,200,1", "POST,500,0", "POST,404,0", "OPTIONS,200,0"
    })
    void unsafeMethodsInvalidate(String method, int status, int more) throws IOException {
        gateway.origin.on(target, request -> {
            calls.incrementAndGet();
            boolean read = request.method().equals("GET");
            return RunningGateway.response(
                    read ? 200 : status, Headers.of("Cache-Control", "max-age=60"), "body", true);
        });
        get();
        gateway.send(method, target, Headers.of("Content-Length", "3"));
        calls.set(0);

        get();

        assertThat(calls).hasValue(more);
    }

    @ParameterizedTest(name = "§4.4: {0} of a POST invalidates what it names")
    @ValueSource(strings = {"Location", "Content-Location"})
    void whatTheAnswerNamesIsInvalidatedToo(String field) throws IOException {
        origin("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 2\r\n\r\nok");
        get();
        String posted = gateway.newTarget();
        gateway.origin.on(
                posted, _ -> RunningGateway.response(201, Headers.of(field, "http://shop.example" + target), "", true));
        gateway.send("POST", posted, Headers.of("Content-Length", "1"));

        get();

        assertThat(calls).hasValue(2);
    }

    @Test
    void aConditionThatNothingIsStoredForIsForwarded() throws IOException {
        origin("HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n");

        assertThat(get("If-None-Match", "\"a\"").status()).isEqualTo(304);
        assertThat(received.getFirst().headers().all("If-None-Match")).containsExactly("\"a\"");
    }

    @Test
    void aConnectionGoesOnAfterAHitThatWasPipelined() throws IOException {
        String stored = gateway.newTarget();
        gateway.origin.on(
                stored, _ -> RunningGateway.response(200, Headers.of("Cache-Control", "max-age=60"), "hit", true));
        gateway.send("GET", stored, Headers.empty());
        gateway.send("GET", stored, Headers.empty());
        origin("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nmiss");
        String rest = " HTTP/1.1\r\nHost: shop.example\r\n\r\n";
        try (Socket client = gateway.connect()) {
            InputStream in = new BufferedInputStream(client.getInputStream());

            client.getOutputStream().write(("GET " + target + rest + "GET " + stored + rest).getBytes(ISO_8859_1));
            assertThat(RunningGateway.next(in).body()).isEqualTo("miss");
            assertThat(RunningGateway.next(in).body()).isEqualTo("hit");
            client.getOutputStream().write(("GET " + target + rest).getBytes(ISO_8859_1));

            assertThat(RunningGateway.next(in).body()).isEqualTo("miss");
        }
    }

    @Test
    void anEmptyQueryIsNotNone() throws IOException {
        String empty = target + "?";
        origin("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 4\r\n\r\nnone");
        gateway.origin.on(
                empty, _ -> RunningGateway.response(200, Headers.of("Cache-Control", "max-age=60"), "empty", true));

        for (int i = 0; i < 3; i++) {
            assertThat(get().body()).isEqualTo("none");
            assertThat(gateway.send("GET", empty, Headers.empty()).body()).isEqualTo("empty");
        }
        assertThat(calls).hasValue(1);
    }

    @ParameterizedTest(name = "RFC 9112 §3.2: {0} is a 400 that says why")
    @ValueSource(strings = {"X: y", "Host: a|Host: b", "Host: a|Host: a", "Host: a b", "Host: u@a", "Host: a/b"})
    void aRequestWithoutExactlyOneValidHostIsRefused(String fields) throws IOException {
        origin("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 2\r\n\r\nok");
        gateway.send("GET", target, Headers.of("Host", "a"));
        gateway.send("GET", target, Headers.of("Host", "a"));

        Response response = gateway.send(lines("GET " + target + " HTTP/1.1|" + fields + "|Connection: close||"));

        assertThat(response.status()).isEqualTo(400);
        assertThat(response.headers().all("Content-Type")).containsExactly("application/problem+json");
        assertThat(response.body()).contains("urn:tidemark:problem:host");
        assertThat(calls).hasValue(1);
    }

    @Test
    void aTargetInAbsoluteFormOverrulesTheHostField() throws IOException {
        gateway.origin.on(target, request -> {
            calls.incrementAndGet();
            return RunningGateway.response(200, Headers.of("Cache-Control", "max-age=60"), "call " + calls.get(), true);
        });
        assertThat(get("Host", "victim.example").body()).isEqualTo("call 1");

        Response other = gateway.send(
                lines("GET http://other.example" + target + " HTTP/1.1|Host: victim.example|Connection: close||"));

        assertThat(other.body()).isEqualTo("call 2");
        assertThat(get("Host", "other.example").body()).isEqualTo("call 2");
        assertThat(get("Host", "victim.example").body()).isEqualTo("call 1");
    }

    @Test
    void aTransferCodingThatOnlyTheClientKnowsIsRefused() throws IOException {
        origin("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");

        Response response = gateway.send(
                lines("POST " + target + " HTTP/1.1|Host: shop.example|Transfer-Encoding: xchunked||3|abc|0||"));

        assertThat(response.status()).isEqualTo(501);
        assertThat(calls).hasValue(0);
    }

    @ParameterizedTest(name = "RFC 9110 §7.6.2: {0} with Max-Forwards: {1}: {2}, and the origin gets {3}")
    @CsvSource(nullValues = "-", textBlock = """
        OPTIONS, 0,   204, -
        TRACE,   0,   405, -
        OPTIONS, 5,   200, 4
        TRACE,   1,   200, 0
        OPTIONS, odd, 200, odd
        GET,     0,   200, 0
        """)
    void maxForwardsCountsDown(String method, String presented, int status, @Nullable String forwarded)
            throws IOException {
        origin("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");

        Response response = gateway.send(method, target, Headers.of("Max-Forwards", presented));

        assertThat(response.status()).isEqualTo(status);
        assertThat(received.stream().map(request -> request.headers().first("Max-Forwards")))
                .containsExactlyElementsOf(forwarded == null ? List.of() : List.of(forwarded));
    }

    @Test
    void aTunnelIsRefused() throws IOException {
        Response response = gateway.send(lines("CONNECT shop.example:443 HTTP/1.1|Host: shop.example:443||"));

        assertThat(response.status()).isEqualTo(501);
        assertThat(response.body()).contains("urn:tidemark:problem:connect");
    }

    @Test
    void differentQueriesAndHostsAreDifferentThings() throws IOException {
        for (String query : List.of("", "?a=1", "?a=2")) {
            gateway.origin.on(
                    target + query,
                    _ -> RunningGateway.response(
                            200, Headers.of("Cache-Control", "max-age=60"), "[" + query + "]", true));
        }
        for (String query : List.of("", "?a=1", "?a=2", "", "?a=1", "?a=2")) {
            assertThat(gateway.send("GET", target + query, Headers.empty()).body())
                    .isEqualTo("[" + query + "]");
        }
        origin("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 5\r\n\r\nother");
        assertThat(get("Host", "other.example").body()).isEqualTo("other");
    }

    @Test
    void anEncodedPathStaysAsItIs() throws IOException {
        String odd = target + "/a%2Fb%20c;x=1/%E2%82%AC/../d";
        gateway.origin.on(odd, _ -> RunningGateway.response(200, Headers.empty(), "odd", true));

        assertThat(gateway.send("GET", odd, Headers.empty()).body()).isEqualTo("odd");
    }

    @Test
    void twoUsersDoNotGetEachOthersAnswer() throws IOException {
        gateway.origin.on(target, request -> {
            calls.incrementAndGet();
            String user = String.valueOf(request.headers().first("Authorization"));
            return RunningGateway.response(200, Headers.of("Cache-Control", "max-age=60"), "for " + user, true);
        });

        assertThat(get("Authorization", "Ann").body()).isEqualTo("for Ann");
        assertThat(get("Authorization", "Bob").body()).isEqualTo("for Bob");
        assertThat(get("Authorization", "Ann").body()).isEqualTo("for Ann");
        assertThat(calls).hasValue(3);
    }
}
