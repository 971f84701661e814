package io.tidemark.gateway.origin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.fixtures.Message;
import io.tidemark.gateway.fixtures.RawOrigin.Received;
import io.tidemark.gateway.fixtures.RunningGateway;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random requests, as a plain relay would pass them on: the origin receives the same target and the same fields, but for what
 * the section "Fields towards origins" of the documentation names. {@code -Doctets.requests=10000} for more of them.
 */
class OctetsTowardsOriginsTest {
    private static final int REQUESTS = Integer.getInteger("octets.requests", 300);
    private static final String ROUTES = "--spring.cloud.gateway.server.webflux.routes";

    private static final List<String> KEPT = List.of(
            "Accept",
            "Accept-Language",
            "Accept-Encoding",
            "User-Agent",
            "Cookie",
            "Referer",
            "Authorization",
            "X-Custom",
            "X-Tenant",
            "Sec-Fetch-Mode",
            "Priority",
            "DNT",
            "!#$%&'*+.^`|~9");

    private static final List<String> ENDING = List.of(
            "X-Forwarded-For",
            "X-Forwarded-Anything",
            "Forwarded",
            "X-Original-URL",
            "X_Custom",
            "Proxy",
            "TE",
            "Keep-Alive",
            "Proxy-Connection",
            "X-Client-Id",
            "X-Hop");

    /** What the gateway adds. */
    private static final Set<String> ADDED = Set.of(
            "host", "via", "x-request-id", "x-forwarded-proto", "x-forwarded-host", "x-forwarded-for", "forwarded");

    private final Random random = new Random(42);
    private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();

    @ParameterizedTest(name = "on the route {0}")
    @ValueSource(strings = {"cached", "plain"})
    void areThoseThatCame(String route) throws Exception {
        try (RunningGateway gateway = RunningGateway.with(
                ROUTES + "[0].id=plain",
                ROUTES + "[0].uri=${tidemark.origin}",
                ROUTES + "[0].predicates[0]=Path=/plain/**",
                ROUTES + "[1].id=cached",
                ROUTES + "[1].uri=${tidemark.origin}",
                ROUTES + "[1].predicates[0]=Path=/cached/**",
                ROUTES + "[1].filters[0]=EdgeCache=standard")) {
            gateway.origin.otherwise(request -> {
                received.add(request);
                return "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(ISO_8859_1);
            });
            try (Socket client = gateway.connect()) {
                InputStream in = new BufferedInputStream(client.getInputStream());
                for (int i = 0; i < REQUESTS; i++) {
                    passes(client, in, "/" + route + "/" + i + target());
                }
            }
        }
    }

    private void passes(Socket client, InputStream in, String target) throws Exception {
        List<String> lines = new ArrayList<>();
        Map<String, List<String>> expected = new LinkedHashMap<>();
        for (int i = random.nextInt(8); i > 0; i--) {
            String name = one(KEPT);
            String value = text(1 + random.nextInt(20), true);
            lines.add(name + ": " + value);
            expected.computeIfAbsent(name.toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
                    .add(value);
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            lines.add(random.nextInt(lines.size() + 1), one(ENDING) + ": " + text(5, false));
        }
        lines.add("Connection: keep-alive, X-Hop, Cookie, Accept");
        boolean hasContent = random.nextInt(3) == 0;
        String method =
                hasContent ? one(List.of("POST", "PUT", "QUERY", "GET")) : one(List.of("GET", "HEAD", "DELETE"));
        String content = hasContent ? text(1 + random.nextInt(50), true) : "";
        if (hasContent) {
            lines.add("Content-Length: " + content.length());
        }
        client.getOutputStream()
                .write((method + ' ' + target + " HTTP/1.1\r\nHost: shop.example\r\n" + String.join("\r\n", lines)
                                + "\r\n\r\n" + content)
                        .getBytes(ISO_8859_1));

        assertThat(status(in, method)).as("%s %s %s", method, target, lines).isEqualTo(200);

        Received got = received.take();
        assertThat(got.method()).isEqualTo(method);
        assertThat(got.target()).isEqualTo(target);
        assertThat(got.body()).isEqualTo(content);
        Map<String, List<String>> fields = new LinkedHashMap<>();
        got.headers()
                .forEach(field -> fields.computeIfAbsent(field.name().toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
                        .add(field.value()));
        assertThat(fields.get("x-forwarded-host")).containsExactly("shop.example");
        fields.keySet().removeAll(ADDED);
        fields.keySet().removeAll(Set.of("content-length", "transfer-encoding"));
        assertThat(fields).as("%s %s %s", method, target, lines).containsExactlyInAnyOrderEntriesOf(expected);
    }

    private static int status(InputStream in, String method) throws IOException {
        if (!method.equals("HEAD")) {
            return RunningGateway.next(in).status();
        }
        Message head = Message.readHead(in);
        if (head == null) {
            throw new IOException("closed without a response");
        }
        return Integer.parseInt(head.startLine().split(" ", -1)[1]);
    }

    /** What may follow a path: neither a fragment nor what can be read in two ways. */
    private String target() {
        StringBuilder target = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            target.append('/')
                    .append(one(List.of(text(random.nextInt(6), false), "", ".", "x", "%7e%C3%bc", "a%2Fb", "%")));
        }
        String path = target.toString()
                .replace("..", "-")
                .replace(".;", "-")
                .replace(".\\", "-")
                .replace("%00", "-");
        return random.nextBoolean() ? path : path + '?' + text(random.nextInt(20), false);
    }

    /** Random octets: of a target or a token, or of a field's value with spaces inside and octets beyond ASCII. */
    private String text(int length, boolean isValue) {
        StringBuilder text = new StringBuilder();
        while (text.length() < length) {
            char c = (char)
                    (isValue && random.nextInt(4) == 0 ? 0xA1 + random.nextInt(0x5E) : 0x21 + random.nextInt(0x5E));
            boolean isInner = text.length() > 0 && text.length() < length - 1;
            text.append(isValue && isInner && random.nextInt(8) == 0 ? ' ' : c == '#' || c == '?' ? '=' : c);
        }
        return text.toString();
    }

    private String one(List<String> of) {
        return of.get(random.nextInt(of.size()));
    }
}
