package io.tidemark.gateway.analytics;

import io.tidemark.commons.tracing.Outbox;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Objects;

/** Sends batches to an HTTP endpoint, one JSON object a line. */
final class EndpointSender implements Outbox.Sender<AnsweredRequest>, AutoCloseable {
    private final AnalyticsProperties properties;
    private final AnalyticsLines lines;
    private final HttpClient client;

    EndpointSender(AnalyticsProperties properties, AnalyticsLines lines) {
        this.properties = properties;
        this.lines = lines;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(properties.timeout())
                .build();
    }

    @Override
    public void send(List<AnsweredRequest> batch) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(Objects.requireNonNull(properties.endpoint()))
                .timeout(properties.timeout())
                .header("Content-Type", "application/x-ndjson")
                .POST(HttpRequest.BodyPublishers.ofByteArray(lines.lines(batch)));
        properties.headers().forEach(request::setHeader);
        int status = client.send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
        if (status / 100 != 2) {
            throw new IOException("the endpoint answers " + status);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
