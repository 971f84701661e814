package io.tidemark.invalidation.freshness;

import io.tidemark.commons.requests.RequestId;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The canary at its origin: what it shows, and how it is changed. */
final class Canary {
    private static final long MOST_CONTENT = 8L << 20;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI origin;
    private final @Nullable URI change;
    private final String method;
    private final String content;
    private final Duration timeout;

    Canary(URI origin, @Nullable URI change, String method, String content, Duration timeout) {
        this.origin = origin;
        this.change = change;
        this.method = method;
        this.content = content;
        this.timeout = timeout;
    }

    boolean isChangedHere() {
        return change != null;
    }

    /** The version that the origin shows. */
    String version() throws IOException, InterruptedException {
        return successful(HttpRequest.newBuilder(origin).build()).version();
    }

    /** Has it changed; its purge has the request's id, if the origin passes it on. */
    void change(String requestId) throws IOException, InterruptedException {
        if (change != null) {
            var _ = successful(HttpRequest.newBuilder(change)
                    .header("Content-Type", "application/json")
                    .header(RequestId.HEADER, requestId)
                    .method(method, HttpRequest.BodyPublishers.ofString(content))
                    .build());
        }
    }

    private Answer successful(HttpRequest request) throws IOException, InterruptedException {
        HttpRequest bounded =
                HttpRequest.newBuilder(request, (_, _) -> true).timeout(timeout).build();
        Answer answer =
                Answer.of(client.send(bounded, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_CONTENT)));
        if (answer.status() / 100 != 2) {
            throw new IOException(
                    request.method() + " " + request.uri() + " of the canary's origin is answered " + answer.status());
        }
        return answer;
    }
}
