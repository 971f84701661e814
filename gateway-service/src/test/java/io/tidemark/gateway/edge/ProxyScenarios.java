package io.tidemark.gateway.edge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.tidemark.gateway.fixtures.RawOrigin;
import io.tidemark.gateway.fixtures.RunningGateway;
import io.tidemark.gateway.fixtures.RunningGateway.Response;
import io.tidemark.gateway.http.Headers;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** The running gateway, and an origin that answers in bytes of the test's choice. */
abstract class ProxyScenarios {
    final RunningGateway gateway = RunningGateway.get();
    final String target = gateway.newTarget();
    final AtomicInteger calls = new AtomicInteger();
    final List<RawOrigin.Received> received = new CopyOnWriteArrayList<>();

    void origin(String response) {
        gateway.origin.on(target, request -> {
            calls.incrementAndGet();
            received.add(request);
            return response.getBytes(ISO_8859_1);
        });
    }

    /** With a CRLF for each bar. */
    static String lines(String text) {
        return text.replace("|", "\r\n");
    }

    Response get(String... fields) throws IOException {
        return gateway.send("GET", target, Headers.of(fields));
    }
}
