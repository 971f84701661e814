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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses before the final one (RFC 9110 §15.2), byte for byte against the running gateway. */
class InterimResponsesTest extends ProxyScenarios {
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
}
