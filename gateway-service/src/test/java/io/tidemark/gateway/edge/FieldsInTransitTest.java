package io.tidemark.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.fixtures.RunningGateway.Response;
import io.tidemark.gateway.http.Headers;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fields on their way through (RFC 9110 §7.6.1, RFC 9211), byte for byte against the running gateway. */
class FieldsInTransitTest extends ProxyScenarios {
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
    void bytesBeyondAsciiInFieldsSurvive() throws IOException {
        origin(lines("HTTP/1.1 200 OK|Cache-Control: max-age=60|ETag: \"abcdef\u00fc\"|Content-Length: 2||ok"));
        get();

        Response response = get("If-None-Match", "\"abcdef\u00fc\"");

        assertThat(response.status()).isEqualTo(304);
        assertThat(response.headers().all("ETag")).containsExactly("\"abcdef\u00fc\"");
    }
}
