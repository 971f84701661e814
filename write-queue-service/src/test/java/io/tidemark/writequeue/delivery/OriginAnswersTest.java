package io.tidemark.writequeue.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidemark.writequeue.types.WriteTypesProperties;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;

/** What origins may answer with, over a bare socket. */
class OriginAnswersTest {
    private static String head(Socket client) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int octet = client.getInputStream().read();
            if (octet < 0) {
                return "";
            }
            head.append((char) octet);
        }
        return head.toString();
    }

    /** Interim responses are no answers (RFC 9110 section 15.2). */
    @Test
    void interimResponsesArePassedOverAndTheConnectionIsKept() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                OriginHttpClients clients = new OriginHttpClients(
                        OriginsUnderTest.connections(null),
                        new DefaultSslBundleRegistry(),
                        new SimpleMeterRegistry())) {
            Thread.ofVirtual().start(() -> {
                try (Socket client = listener.accept()) {
                    for (int answer = 1; !head(client).isEmpty(); answer++) {
                        client.getOutputStream()
                                .write(("HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                                                + "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + answer)
                                        .getBytes(StandardCharsets.US_ASCII));
                    }
                } catch (IOException gone) {
                    Thread.currentThread().interrupt();
                }
            });
            String url = "http://127.0.0.1:" + listener.getLocalPort() + '/';
            try (OriginHttp http = clients.of(new WriteTypesProperties.Origin(
                    URI.create(url), Duration.ofSeconds(20), Duration.ofSeconds(20), 1))) {
                assertThat(OriginsUnderTest.get(http, url)).isEqualTo("1");
                assertThat(OriginsUnderTest.get(http, url)).isEqualTo("2");
            }
        }
    }
}
