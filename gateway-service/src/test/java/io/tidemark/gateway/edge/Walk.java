package io.tidemark.gateway.edge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import org.assertj.core.api.SoftAssertions;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sends what clients send, well and badly, to one port over a bare socket each. What is refused must be a problem that says
 * why; all that was not as expected is told at the end.
 */
public final class Walk {
    private final int port;
    private final SoftAssertions softly = new SoftAssertions();

    public Walk(int port) {
        this.port = port;
    }

    /**
     * Sends a request.
     *
     * @param expected the status, and behind a space what is in the answer's head
     * @param head the request line without its version, and fields, one a line
     */
    public void expect(String expected, String head, String body) throws IOException {
        String answer = answer(head, body);
        String shown = cut(head) + " | " + cut(body) + " -> " + cut(answer);
        String[] status = expected.split(" ", 2);
        softly.assertThat(answer).as(shown).startsWith("HTTP/1.1 " + status[0]);
        if (status.length > 1) {
            softly.assertThat(answer).as(shown).contains(status[1]);
        }
        if (answer.startsWith("HTTP/1.1 4")
                && !head.startsWith("HEAD")
                && !answer.contains("Content-Range: bytes */")) {
            softly.assertThat(answer).as(shown).containsIgnoringCase("content-type: application/problem+json");
            String json = answer.substring(Math.max(0, answer.indexOf('{')), answer.lastIndexOf('}') + 1);
            JsonNode problem = JsonMapper.shared().readTree(json.isEmpty() ? "{}" : json);
            softly.assertThat(problem.path("type").asString()).as(shown).startsWith("urn:tidemark:problem:");
            softly.assertThat(problem.path("detail").asString()).as(shown).isNotBlank();
        }
    }

    /** A request without content for each of these ends of its head. */
    public void each(String expected, String head, String... ends) throws IOException {
        for (String end : ends) {
            expect(expected, head + end, "");
        }
    }

    private String answer(String head, String body) throws IOException {
        String lines = head.replace("\n", "\r\n").replaceFirst("\r\n|$", " HTTP/1.1\r\nHost: shop.example\r\n");
        boolean hasContent = !body.isEmpty() || head.startsWith("P");
        String octets = lines + (lines.endsWith("\r\n") ? "" : "\r\n")
                + (hasContent ? "Content-Length: " + body.getBytes(UTF_8).length + "\r\n" : "")
                + "Connection: close\r\n\r\n";
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            client.setSoTimeout(30_000);
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            try {
                client.getOutputStream().write(octets.getBytes(ISO_8859_1));
                client.getOutputStream().write(body.getBytes(UTF_8));
                client.getInputStream().transferTo(answer);
            } catch (SocketException reset) {
                // content that is too long is refused before it was read
            }
            return answer.toString(UTF_8);
        }
    }

    private static String cut(String text) {
        return text.length() > 300 ? text.substring(0, 300) : text;
    }

    public void assertAll() {
        softly.assertAll();
    }
}
