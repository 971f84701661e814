package io.tidemark.gateway.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.fixtures.RawOrigin;
import io.tidemark.gateway.fixtures.RawOrigin.Received;
import io.tidemark.gateway.fixtures.RunningGateway;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Requests whose end two readers might see in two places (RFC 9112 §11.2), each with another request behind or within its
 * content. The gateway may refuse them, which ends the connection, or read them as one; whatever it sends on has one length.
 */
class DesyncTest {
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3}) ");
    private static final int SILENCE_MILLIS = 4000;

    /** Where a form has this, the length of all that follows its head stands. */
    private static final String ALL = "{all}";

    /** What could be taken for chunked, beside a length that covers all. */
    private static final List<String> CODINGS = List.of(
            "Transfer-Encoding: chunked",
            "transfer-encoding: CHUNKED",
            "Transfer-Encoding : chunked",
            "Transfer-Encoding\t: chunked",
            "Transfer-Encoding:\u000bchunked",
            "Transfer-Encoding:\fchunked",
            "Transfer-Encoding: chunked\u0000",
            "Transfer-Encoding\u0000: chunked",
            "Transfer-Encoding: \"chunked\"",
            "Transfer-Encoding: 'chunked'",
            "Transfer-Encoding: chunked, chunked",
            "Transfer-Encoding: chunked;a=b",
            "Transfer-Encoding: identity, chunked",
            "Transfer-Encoding: chunked, identity",
            "Transfer-Encoding: identity",
            "Transfer-Encoding: gzip, chunked",
            "Transfer-Encoding: gzip",
            "Transfer-Encoding: xchunked",
            "Transfer-Encoding: chunkedx",
            "Transfer-Encoding: x chunked",
            "Transfer-Encoding: ,chunked",
            "Transfer-Encoding: chunked,",
            "Transfer-Encoding:",
            "Transfer-Encoding: x|Transfer-Encoding: chunked",
            "Transfer-Encoding: chunked|Transfer-Encoding: x",
            "Transfer-Encoding:| chunked",
            "X: y| Transfer-Encoding: chunked",
            "X: y\rTransfer-Encoding: chunked",
            "X: y\nTransfer-Encoding: chunked",
            "Transfer_Encoding: chunked",
            "Transfer-Encoding: chun\u00ebked",
            "\u00ffTransfer-Encoding: chunked",
            "Connection: Transfer-Encoding|Transfer-Encoding: chunked",
            "TE: chunked",
            "Trailer: Transfer-Encoding");

    /** Lengths that could be read as less than all. */
    private static final List<String> LENGTHS = List.of(
            "Content-Length: 0|Content-Length: {all}",
            "Content-Length: {all}|Content-Length: 0",
            "Content-Length: {all}|content-length: 5",
            "Content-Length: 0, {all}",
            "Content-Length: {all}, 0",
            "Content-Length: {all} 0",
            "Content-Length: +0",
            "Content-Length: -1",
            "Content-Length: 0x0",
            "Content-Length: 0.0",
            "Content-Length: 0e1",
            "Content-Length: \"0\"",
            "Content-Length: 0;",
            "Content-Length: 0\u0000",
            "Content-Length: \u000b0",
            "Content-Length: \u0660",
            "Content-Length: x",
            "Content-Length: 18446744073709551616",
            "Content-Length : 0",
            "Content-Length\u0000: 0",
            "Content-Length: {all}|Content_Length: 0",
            "Content-Length: {all}|X: y\nContent-Length: 0",
            "Content-Length: {all}|X: y\rContent-Length: 0");

    /** Content that is not in chunks, though it says so. */
    private static final List<String> CHUNKS = List.of(
            "0x0||",
            "-1||",
            "+0||",
            "0_0||",
            "g||",
            "|0||",
            "\"0\"||",
            "1|ab|0||",
            "5|hello0||",
            "FFFFFFFFFFFFFFFFF|a|0||",
            "0|A B: c||",
            "0|X\u0000: y||");

    /** Request lines of another request with a length that covers all. */
    private static final List<String> LINES = List.of(
            "POST  /x HTTP/1.1",
            "POST /x HTTP/1.1 HTTP/1.1",
            "POST /x\u0000 HTTP/1.1",
            "POST /x HTTP/1.1x",
            "P OST /x HTTP/1.1",
            "POST /x",
            " POST /x HTTP/1.1",
            "POST\t/x HTTP/1.1",
            "POST /x HTTP/1.1\rHost: y",
            "\u0000POST /x HTTP/1.1");

    private final RunningGateway gateway = RunningGateway.get();
    private final List<Received> received = new CopyOnWriteArrayList<>();

    @BeforeEach
    void script() {
        gateway.origin.otherwise(request -> {
            received.add(request);
            return "HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nContent-Length: 2\r\n\r\nok".getBytes(ISO_8859_1);
        });
    }

    @AfterEach
    void unscript() {
        gateway.origin.otherwise(RawOrigin.NOTHING);
    }

    private static Map<String, String> forms() {
        Map<String, String> forms = new LinkedHashMap<>();
        CODINGS.forEach(coding ->
                forms.put(coding, "POST /x HTTP/1.1|Host: x|" + coding + "|Content-Length: " + ALL + "||0||"));
        CODINGS.forEach(coding -> forms.put(
                "length first, " + coding, "POST /x HTTP/1.1|Host: x|Content-Length: " + ALL + "|" + coding + "||0||"));
        LENGTHS.forEach(length -> forms.put(length, "POST /x HTTP/1.1|Host: x|" + length + "||0||"));
        CHUNKS.forEach(chunks ->
                forms.put("chunks " + chunks, "POST /x HTTP/1.1|Host: x|Transfer-Encoding: chunked||" + chunks));
        LINES.forEach(line -> forms.put(line, line + "|Host: x|Content-Length: " + ALL + "||0||"));
        forms.put("HTTP/1.0", "POST /x HTTP/1.0|Host: x|Transfer-Encoding: chunked|Content-Length: " + ALL + "||0||");
        return forms;
    }

    @Test
    void noFormSmugglesARequest() throws Exception {
        Map<String, Future<String>> answers = new LinkedHashMap<>();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            int i = 0;
            for (Map.Entry<String, String> form : forms().entrySet()) {
                String smuggled = "GET /smuggled/" + i++ + " HTTP/1.1|Host: x||";
                answers.put(form.getKey(), clients.submit(() -> answers(form.getValue(), smuggled)));
            }
        }
        List<String> wrong = new ArrayList<>();
        int number = 0;
        for (Map.Entry<String, Future<String>> answer : answers.entrySet()) {
            String target = "/smuggled/" + number++;
            if (received.stream().anyMatch(request -> request.target().equals(target))) {
                wrong.add(answer.getKey() + " smuggled a request");
            }
            List<String> statuses = STATUS.matcher(answer.getValue().get())
                    .results()
                    .map(status -> status.group(1))
                    .toList();
            if (statuses.size() > 1 || !statuses.stream().allMatch(status -> status.matches("200|[45]\\d\\d"))) {
                wrong.add(answer.getKey() + " was answered: " + statuses);
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(answers).hasSizeGreaterThan(100);
        assertThat(received).isNotEmpty().allSatisfy(request -> {
            List<String> codings = request.headers().all("Transfer-Encoding");
            List<String> lengths = request.headers().all("Content-Length");
            assertThat(codings.size() + lengths.size()).isLessThanOrEqualTo(1);
            assertThat(codings).allMatch("chunked"::equals);
            assertThat(lengths).allMatch(length -> length.matches("[0-9]{1,5}"));
            assertThat(request.headers().names()).noneMatch(name -> name.contains("_") || name.contains("\u00ff"));
        });
    }

    /** What comes until the gateway closes the connection, or says no more. */
    private String answers(String form, String behind) throws IOException {
        String octets = (form + behind).replace("|", "\r\n");
        int content = octets.length() - octets.indexOf("\r\n\r\n") - 4;
        ByteArrayOutputStream answers = new ByteArrayOutputStream();
        try (Socket client = gateway.connect()) {
            client.setSoTimeout(SILENCE_MILLIS);
            client.getOutputStream()
                    .write(octets.replace(ALL, Integer.toString(content)).getBytes(ISO_8859_1));
            client.getInputStream().transferTo(answers);
        } catch (SocketTimeoutException silence) {
            // the connection stays open, for the rest or for another request
        } catch (SocketException reset) {
            // it was closed before all of it was read
        }
        return answers.toString(ISO_8859_1);
    }
}
