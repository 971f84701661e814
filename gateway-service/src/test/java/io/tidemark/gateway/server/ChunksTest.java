package io.tidemark.gateway.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.fixtures.RawOrigin;
import io.tidemark.gateway.fixtures.RunningGateway;
import io.tidemark.gateway.fixtures.RunningGateway.Response;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Content in chunks that only some readers would read so (RFC 9112 §7.1), from clients and from origins. {@code |} stands for CRLF. */
class ChunksTest {
    private static final String HEAD = "POST /up HTTP/1.1|Host: x|Transfer-Encoding: chunked||";
    private static final String SMUGGLED = "GET /smuggled HTTP/1.1|Host: x||";

    private final RunningGateway gateway = RunningGateway.get();
    private final Queue<String> received = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void script() {
        gateway.origin.otherwise(request -> {
            received.add(request.target() + " " + request.body());
            return "HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nContent-Length: 2\r\n\r\nok".getBytes(ISO_8859_1);
        });
    }

    @AfterEach
    void unscript() {
        gateway.origin.otherwise(RawOrigin.NOTHING);
    }

    /** Each begins with a whole chunk, and ends in what some reader takes for the end. */
    private static List<String> malformed() {
        List<String> forms = new ArrayList<>(List.of(
                "0 ||",
                "0\t||",
                " 0||",
                "0;||",
                "0;a=||",
                "0;a=\"||",
                "0;a b||",
                "0;;||",
                "+0||",
                "0x0||",
                "0\n\r\n",
                "0|\n"));
        for (char octet = 0; octet < ' '; octet++) {
            controls(forms, octet);
        }
        controls(forms, '\u007f');
        return forms;
    }

    private static void controls(List<String> forms, char octet) {
        if (octet != '\t') {
            forms.add("0" + octet + "||");
            forms.add("0;a" + octet + "||");
            forms.add("0;a=\"" + octet + "\"||");
            forms.add("0|X: y" + octet + "z||");
        }
        forms.add("0" + octet + "5||");
        forms.add(octet + "0||");
    }

    @Test
    void ofClientsAreRefusedAndEndTheConnection() throws IOException {
        for (String form : malformed()) {
            String octets = (HEAD + "5|hello|" + form + SMUGGLED).replace("|", "\r\n");
            try (Socket client = gateway.connect()) {
                client.getOutputStream().write(octets.getBytes(ISO_8859_1));
                InputStream in = new BufferedInputStream(client.getInputStream());
                Response answer = RunningGateway.next(in);
                assertThat(answer.status()).as(form).isEqualTo(400);
                assertThat(answer.body()).contains("urn:tidemark:problem:malformed-content");
                assertThat(in.read()).as("end of the connection").isEqualTo(-1);
            }
        }
        assertThat(received).isEmpty();
    }

    @Test
    void withExtensionsAndTrailersAreReadAsWhatTheyAre() throws IOException {
        List<String> forms = List.of("0||", "00;a||", "0 ; a = \"b;\\\"c\" ; d=e||", "0|X: y|Z: \u00e9||");
        StringBuilder octets = new StringBuilder();
        forms.forEach(form -> octets.append(HEAD).append("5;x=y|hello|").append(form));
        try (Socket client = gateway.connect()) {
            client.getOutputStream()
                    .write(octets.toString().replace("|", "\r\n").getBytes(ISO_8859_1));
            InputStream in = new BufferedInputStream(client.getInputStream());
            for (String form : forms) {
                assertThat(RunningGateway.next(in).status()).as(form).isEqualTo(200);
            }
        }
        assertThat(received).hasSize(forms.size()).containsOnly("/up hello");
    }

    @Test
    void ofOriginsAreNeverStored() throws IOException {
        for (String form : List.of("0\r5|", "0\0||", "0\u000b||", "5;a=\"\0\"|hello|0||", "0|X: y\rz||")) {
            String target = gateway.newTarget();
            gateway.origin.on(
                    target,
                    _ -> ("HTTP/1.1 200 OK|Cache-Control: max-age=60|Transfer-Encoding: chunked||5|hello|" + form)
                            .replace("|", "\r\n")
                            .getBytes(ISO_8859_1));
            String request = "GET " + target + " HTTP/1.1\r\nHost: shop.example\r\n";
            try (Socket client = gateway.connect()) {
                client.getOutputStream().write((request + "\r\n").getBytes(ISO_8859_1));
                String answer = new String(client.getInputStream().readAllBytes(), ISO_8859_1);
                assertThat(answer).as(form).doesNotContain("\r\n0\r\n\r\n"); // broken off, if it had begun
                assertThat(answer.isEmpty() || answer.startsWith("HTTP/1.1 502 ") || answer.contains("chunked"))
                        .as(answer)
                        .isTrue();
            }
            assertThat(gateway.send(request + "Cache-Control: only-if-cached\r\n\r\n")
                            .status())
                    .as(form)
                    .isEqualTo(504);
        }
    }
}
