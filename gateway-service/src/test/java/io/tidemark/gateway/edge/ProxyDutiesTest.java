package io.tidemark.gateway.edge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.commons.http.HttpDate;
import io.tidemark.gateway.cache.PureCache;
import io.tidemark.gateway.fixtures.RawOrigin;
import io.tidemark.gateway.fixtures.RunningGateway;
import io.tidemark.gateway.fixtures.RunningGateway.Response;
import io.tidemark.gateway.http.Headers;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a proxy owes both sides (RFC 9110 §7, RFC 9112), byte for byte against the running gateway. */
class ProxyDutiesTest {
    private final RunningGateway gateway = RunningGateway.get();
    private final String target = gateway.newTarget();
    private final AtomicInteger calls = new AtomicInteger();
    private final List<RawOrigin.Received> received = new CopyOnWriteArrayList<>();

    private void origin(String response) {
        gateway.origin.on(target, request -> {
            calls.incrementAndGet();
            received.add(request);
            return response.getBytes(ISO_8859_1);
        });
    }

    /** With a CRLF for each bar. */
    private static String lines(String text) {
        return text.replace("|", "\r\n");
    }

    private Response get(String... fields) throws IOException {
        return gateway.send("GET", target, Headers.of(fields));
    }

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
    void hopByHopFieldsGoNoFurtherInEitherDirection() throws IOException {
        origin("HTTP/1.1 200 OK\r\nConnection: a, B, keep-alive\r\nA: 1\r\nb: 2\r\nC: 3\r\nKeep-Alive: x\r\n"
                + "Proxy-Connection: x\r\nUpgrade: x\r\nTE: x\r\nContent-Length: 2\r\n\r\nok");

        Response response = get("TE", "trailers", "Keep-Alive", "x", "Proxy-Connection", "x", "X", "y");

        assertThat(response.headers().names())
                .contains("C")
                .doesNotContain("A", "B", "Keep-Alive", "Proxy-Connection", "Upgrade", "TE");
        assertThat(received.getFirst().headers().names())
                .contains("X", "Via")
                .doesNotContain("TE", "Keep-Alive", "Proxy-Connection", "Connection");
    }

    @Test
    void otherFieldsPassAsTheyAreAndRepeatedOnesStayRepeated() throws IOException {
        origin("HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2, c\r\nX-Odd:  spaced \r\nServer: s\r\n"
                + "Content-Type: text/odd; x=\"y\"\r\nDate: foo\r\nContent-Length: 2\r\n\r\nok");

        Response response = get("X-Many", "1", "X-Many", "2", "Accept", "*/*");

        assertThat(response.headers().all("Set-Cookie")).containsExactly("a=1", "b=2, c");
        assertThat(response.headers().all("X-Odd")).containsExactly("spaced");
        assertThat(response.headers().all("Content-Type")).containsExactly("text/odd; x=\"y\"");
        assertThat(response.headers().all("Server")).containsExactly("s");
        assertThat(received.getFirst().headers().all("X-Many")).containsExactly("1", "2");
        assertThat(received.getFirst().headers().all("Accept")).containsExactly("*/*");
        assertThat(received.getFirst().headers().names())
                .doesNotContain("User-Agent", "Accept-Encoding", "Content-Length", "Transfer-Encoding");
    }

    @ParameterizedTest(name = "{0} is not part of the key and does not reach the origin")
    @ValueSource(
            strings = {
                "X-Forwarded-Host",
                "X-Forwarded-Proto",
                "X-Original-URL",
                "X-Rewrite-URL",
                "Forwarded",
                "X-HTTP-Method-Override",
                "X-Forwarded-Scheme",
                "X-Host"
            })
    void fieldsThatWouldPoisonTheCacheAreTakenAway(String field) throws IOException {
        origin("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        get(field, "evil.example");

        assertThat(received.getFirst().headers().all(field)).doesNotContain("evil.example");
    }

    @Test
    void aResponseThatEndsBeforeItsLengthIsBrokenOffAndNotStored() throws IOException {
        origin("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 10\r\nConnection: close\r\n\r\n12345");

        assertThatThrownBy(this::get).isInstanceOf(IOException.class);
        assertThatThrownBy(this::get).isInstanceOf(IOException.class);
        assertThat(calls).hasValueGreaterThanOrEqualTo(2);
    }

    @Test
    void aChunkedResponseWithoutItsLastChunkIsBrokenOffAndNotStored() throws IOException {
        origin(lines(
                "HTTP/1.1 200 OK|Cache-Control: max-age=60|Transfer-Encoding: chunked|Connection: close||5|12345|"));

        assertThatThrownBy(this::get).isInstanceOf(IOException.class);
        int before = calls.get();
        assertThatThrownBy(this::get).isInstanceOf(IOException.class);
        assertThat(calls).hasValueGreaterThan(before);
    }

    @Test
    void aResponseWithoutALengthEndsWithItsConnectionAndIsStored() throws IOException {
        origin("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nConnection: close\r\n\r\n12345");

        assertThat(get().body()).isEqualTo("12345");
        assertThat(get().body()).isEqualTo("12345");
        assertThat(calls).hasValue(1);
    }

    @Test
    void surplusBytesAreDroppedAndNeverTakenForTheNextResponse() throws IOException {
        origin("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");

        assertThat(get().body()).isEqualTo("ok");
        for (int i = 0; i < 5; i++) {
            String other = gateway.newTarget();
            gateway.origin.on(other, _ -> RunningGateway.response(200, Headers.empty(), "mine", true));
            assertThat(gateway.send("GET", other, Headers.empty()).body()).isEqualTo("mine");
        }
    }

    @Test
    void anOriginThatClosesWithoutAByteIsA502AndAPostIsSentOnce() throws IOException {
        gateway.origin.on(target, request -> {
            calls.incrementAndGet();
            return null;
        });

        assertThat(gateway.send("POST", target, Headers.of("Content-Length", "3"))
                        .status())
                .isEqualTo(502);
        assertThat(calls).hasValue(1);
        assertThat(get().status()).isEqualTo(502);
    }

    @Test
    void whatIsNoHttpIsA502() throws IOException {
        origin(lines("SSH-2.0-OpenSSH_9.6|"));

        assertThat(get().status()).isEqualTo(502);
    }

    @Test
    void aConditionThatNothingIsStoredForIsForwarded() throws IOException {
        origin("HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n");

        assertThat(get("If-None-Match", "\"a\"").status()).isEqualTo(304);
        assertThat(received.getFirst().headers().all("If-None-Match")).containsExactly("\"a\"");
    }

    @ParameterizedTest(name = "RFC 9110 §15.2: the client has the {0} before the origin has sent the final response")
    @ValueSource(ints = {102, 103, 199})
    void interimResponsesArePassedOnAtOnce(int status) throws IOException {
        CountDownLatch interimSeen = new CountDownLatch(1);
        gateway.origin.on(target, request -> {
            calls.incrementAndGet();
            request.sendAhead("HTTP/1.1 " + status + " Interim\r\nLink: </a.css>; rel=preload\r\nLink: </b.css>\r\n"
                    + "Connection: X-Hop\r\nX-Hop: 1\r\n\r\n");
            await(interimSeen);
            return RunningGateway.response(200, Headers.of("Cache-Control", "max-age=60"), "ok", true);
        });
        try (Socket client = gateway.connect()) {
            InputStream in = new BufferedInputStream(client.getInputStream());
            String request = "GET " + target + " HTTP/1.1\r\nHost: shop.example\r\n\r\n";
            client.getOutputStream().write(request.getBytes(ISO_8859_1));

            Response interim = RunningGateway.next(in);
            interimSeen.countDown();
            Response fin = RunningGateway.next(in);
            client.getOutputStream().write(request.getBytes(ISO_8859_1));
            Response hit = RunningGateway.next(in);

            assertThat(interim.status()).isEqualTo(status);
            assertThat(interim.headers().all("Link")).containsExactly("</a.css>; rel=preload", "</b.css>");
            assertThat(interim.headers().names()).containsOnly("Link");
            assertThat(fin.status()).isEqualTo(200);
            assertThat(fin.headers().has("Link")).isFalse();
            assertThat(hit.status()).isEqualTo(200); // not the interim one again
            assertThat(calls).hasValue(1);
        }
    }

    @Test
    void interimResponsesArePassedOnBeforeAnAnswerThatPassesThrough() throws IOException {
        origin("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        try (Socket client = gateway.connect()) {
            InputStream in = new BufferedInputStream(client.getInputStream());
            client.getOutputStream()
                    .write(("POST " + target + " HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 1\r\n\r\nx")
                            .getBytes(ISO_8859_1));

            assertThat(RunningGateway.next(in).status()).isEqualTo(103);
            assertThat(RunningGateway.next(in).status()).isEqualTo(102);
            assertThat(RunningGateway.next(in).body()).isEqualTo("ok");
        }
    }

    @Test
    void aClientOfHttp10GetsNoInterimResponse() throws IOException {
        origin("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        try (Socket client = gateway.connect()) {
            client.getOutputStream()
                    .write(("GET " + target + " HTTP/1.0\r\nHost: shop.example\r\n\r\n").getBytes(ISO_8859_1));

            Response first = RunningGateway.next(new BufferedInputStream(client.getInputStream()));

            assertThat(first.status()).isEqualTo(200);
            assertThat(first.body()).isEqualTo("ok");
        }
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

    @ParameterizedTest(name = "RFC 9110 §15.3.6: a 205 with {0} has none for the client, and the connection goes on")
    @ValueSource(
            strings = {"Content-Length: 5||hello", "Transfer-Encoding: chunked||5|hello|0||", "Content-Length: 0||"})
    void a205HasNoContent(String rest) throws IOException {
        origin(lines("HTTP/1.1 205 Reset Content|" + rest));
        try (Socket client = gateway.connect()) {
            InputStream in = new BufferedInputStream(client.getInputStream());
            for (int i = 0; i < 3; i++) {
                client.getOutputStream()
                        .write(("GET " + target + " HTTP/1.1\r\nHost: shop.example\r\n\r\n").getBytes(ISO_8859_1));

                Response response = RunningGateway.next(in);

                assertThat(response.status()).isEqualTo(205);
                assertThat(response.body()).isEmpty();
            }
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

    @ParameterizedTest(name = "RFC 9112 §6.1: a client of HTTP/1.0 gets {0} without a transfer coding")
    @ValueSource(strings = {"Cache-Control: max-age=60", "Cache-Control: no-store"})
    void aClientOfHttp10GetsNoTransferCoding(String field) throws IOException {
        origin(lines("HTTP/1.1 200 OK|" + field + "|Transfer-Encoding: chunked||2|ok|0||"));
        try (Socket client = gateway.connect()) {
            client.getOutputStream()
                    .write(("GET " + target + " HTTP/1.0\r\nHost: shop.example\r\n\r\n").getBytes(ISO_8859_1));

            Response response = RunningGateway.next(new BufferedInputStream(client.getInputStream()));

            assertThat(response.headers().has("Transfer-Encoding")).isFalse();
            assertThat(response.body()).isEqualTo("ok");
        }
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

    @ParameterizedTest(name = "RFC 9110 §15: {0} is no final response: 502")
    @ValueSource(strings = {"101 Switching Protocols", "099 X", "1000 X", "0 X"})
    void whatIsNoFinalStatusIsA502(String status) throws IOException {
        origin(lines("HTTP/1.1 " + status + "|Content-Length: 2||ok"));

        Response response = get();

        assertThat(response.status()).isEqualTo(502);
        assertThat(response.body()).contains("urn:tidemark:problem:origin-malformed");
    }

    @Test
    void aResponseWithoutADateGetsWhenItCame() throws IOException {
        origin("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");

        assertThat(get().headers().all("Date"))
                .singleElement()
                .satisfies(date ->
                        assertThat(HttpDate.parse(date, PureCache.START)).isNotNull());
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

    private static void await(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(10, TimeUnit.SECONDS)) {
                throw new IOException("nobody came");
            }
        } catch (InterruptedException interrupted) {
            throw new IOException(interrupted);
        }
    }

    @Test
    void a100ThatNobodyAskedForDoesNotDisturbTheFinalResponse() throws IOException {
        origin("HTTP/1.1 100 Continue\r\nLink: </a.css>; rel=preload\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 2\r\n\r\nok");

        Response response = get();

        assertThat(response.body()).isEqualTo("ok");
        assertThat(response.headers().has("Link")).isFalse();
        assertThat(get().body()).isEqualTo("ok");
        assertThat(calls).hasValue(1);
    }

    @Test
    void aHeadHasTheFieldsOfTheGetAndNoBody() throws IOException {
        gateway.origin.on(target, request -> {
            calls.incrementAndGet();
            return RunningGateway.response(
                    200,
                    Headers.of("Content-Length", "4"),
                    "body",
                    !request.method().equals("HEAD"));
        });

        Response head = gateway.send("HEAD", target, Headers.empty());

        assertThat(head.headers().all("Content-Length")).containsExactly("4");
        assertThat(head.headers().has("Transfer-Encoding")).isFalse();
    }

    @ParameterizedTest(name = "a stored {0} has no body and no length")
    @ValueSource(ints = {204})
    void aResponseWithoutContentHasNoLength(int status) throws IOException {
        origin("HTTP/1.1 " + status + " No Content\r\nCache-Control: max-age=60\r\n\r\n");
        get();

        Response hit = get();

        assertThat(calls).hasValue(1);
        assertThat(hit.headers().names()).doesNotContain("Content-Length", "Transfer-Encoding");
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
    void cacheStatusSaysWhatHappened() throws IOException {
        origin("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 2\r\n\r\nok");

        assertThat(get().headers().all("Cache-Status"))
                .containsExactly(
                        "tidemark-local; fwd=uri-miss; ttl=60; stored; key=\"http://shop.example" + target + '"');
        assertThat(get().headers().all("Cache-Status")).containsExactly("tidemark-local; hit; ttl=60");
        assertThat(gateway.send("POST", target, Headers.of("Content-Length", "1"))
                        .headers()
                        .all("Cache-Status"))
                .containsExactly("tidemark-local; fwd=method");
    }

    @Test
    void anUpstreamCachesStatusStaysInFront() throws IOException {
        origin("HTTP/1.1 200 OK\r\nCache-Status: inner; hit\r\nContent-Length: 2\r\n\r\nok");

        assertThat(get().headers().all("Cache-Status"))
                .containsExactly(
                        "inner; hit", "tidemark-local; fwd=uri-miss; key=\"http://shop.example" + target + '"');
    }

    @Test
    void aBodyOverTheLimitIsPassedOnAndNotStored() throws IOException {
        String large = "0123456789".repeat(1_000_000);
        origin("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: " + large.length() + "\r\n\r\n"
                + large);

        assertThat(get().body()).isEqualTo(large);
        assertThat(get().body()).hasSameSizeAs(large);
        assertThat(calls).hasValue(2);
    }

    @Test
    void aTransferCodingThatNobodyKnowsIsNotPassedOnAsOurs() throws IOException {
        origin(lines("HTTP/1.1 200 OK|Cache-Control: max-age=60|Transfer-Encoding: odd|Connection: close||body"));

        assertThat(get().headers().all("Transfer-Encoding")).doesNotContain("odd");
    }

    @Test
    void bytesBeyondAsciiInFieldsSurvive() throws IOException {
        origin(lines("HTTP/1.1 200 OK|Cache-Control: max-age=60|ETag: \"abcdef\u00fc\"|Content-Length: 2||ok"));
        get();

        Response response = get("If-None-Match", "\"abcdef\u00fc\"");

        assertThat(response.status()).isEqualTo(304);
        assertThat(response.headers().all("ETag")).containsExactly("\"abcdef\u00fc\"");
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
