package io.tidemark.gateway.edge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.commons.http.HttpDate;
import io.tidemark.gateway.cache.PureCache;
import io.tidemark.gateway.fixtures.RunningGateway;
import io.tidemark.gateway.fixtures.RunningGateway.Response;
import io.tidemark.gateway.http.Headers;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of responses, well-formed or not (RFC 9112 §6, RFC 9110 §15), byte for byte against the running gateway. */
class OriginResponsesTest extends ProxyScenarios {
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
}
