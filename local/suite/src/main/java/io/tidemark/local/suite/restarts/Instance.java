package io.tidemark.local.suite.restarts;

import io.tidemark.local.suite.launcher.ServicePart;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** One of the two of a service; both have the same port, each at an address of its own. */
record Instance(String service, String host, int port, ServicePart part) {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    String url() {
        return "http://" + host + ':' + port;
    }

    private String management() {
        return "http://" + host + ':' + (port + ServicePart.MANAGEMENT_OFFSET);
    }

    /** Whether its readiness probe says so. */
    boolean isReady() throws InterruptedException {
        try {
            return get(management() + "/actuator/health/readiness").statusCode() == 200;
        } catch (IOException gone) {
            return false;
        }
    }

    /** The sum of a metric's series, whatever their tags. */
    double metric(String name) throws IOException, InterruptedException {
        return get(management() + "/actuator/prometheus")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + '{') || line.startsWith(name + ' '))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private static HttpResponse<String> get(String url) throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE).build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
