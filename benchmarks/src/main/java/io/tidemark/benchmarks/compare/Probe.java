package io.tidemark.benchmarks.compare;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Single requests beside the load: they fill caches, and look whether a server does what is to be measured. */
final class Probe implements AutoCloseable {
    private static final int CLIENTS = 16;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ExecutorService threads =
            Executors.newFixedThreadPool(CLIENTS, Thread.ofVirtual().factory());

    private HttpResponse<byte[]> get(Server server, String path, String... headers) throws InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(server.url() + path)).timeout(Duration.ofSeconds(10));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new IllegalStateException(server.name() + " did not answer " + path, e);
        }
    }

    private int post(Server server, String path) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + path))
                .timeout(Duration.ofSeconds(10))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            throw new IllegalStateException(server.name() + " did not answer " + path, e);
        }
    }

    /** What any URL answers. */
    String text(String url) throws InterruptedException {
        try {
            return http.send(
                            HttpRequest.newBuilder(URI.create(url))
                                    .timeout(Duration.ofSeconds(10))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new IllegalStateException("no answer from " + url, e);
        }
    }

    /** How many requests have reached the origin. */
    long calls(Server origin) throws InterruptedException {
        return Long.parseLong(new String(get(origin, Origin.CALLS).body(), java.nio.charset.StandardCharsets.US_ASCII));
    }

    /** Purges so many tags: each answer of the origin to a POST invalidates {@link Origin#TAGS_OF_A_PURGE} of them. */
    void purge(Server server, int tags) throws InterruptedException {
        inParts(server, tags / Origin.TAGS_OF_A_PURGE, number -> post(server, Origin.PURGE + number));
    }

    /** Asks for each path once. */
    void fill(Server server, List<String> paths) throws InterruptedException {
        inParts(server, paths.size(), number -> get(server, paths.get(number)).statusCode());
    }

    private interface Request {
        /** The status of the answer. */
        int send(int number) throws InterruptedException;
    }

    private void inParts(Server server, int requests, Request request) throws InterruptedException {
        List<Future<?>> parts = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
            int first = client;
            parts.add(threads.submit(() -> {
                for (int number = first; number < requests; number += CLIENTS) {
                    int status = request.send(number);
                    if (status != 200) {
                        throw new IllegalStateException("request " + number + " was answered with " + status);
                    }
                }
                return null;
            }));
        }
        for (Future<?> part : parts) {
            try {
                part.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("preparing " + server.name(), e);
            }
        }
    }

    /** Throws if the server does not answer the scenario's first path as it should. */
    void check(Server server, Scenario scenario) throws InterruptedException {
        String path = scenario.paths().getFirst();
        var answer =
                scenario == Scenario.CONDITIONAL ? get(server, path, "If-None-Match", Origin.ETAG) : get(server, path);
        if (answer.statusCode() != scenario.expectedStatus()) {
            throw new IllegalStateException(server.name() + " answers " + path + " with " + answer.statusCode());
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        http.close();
    }
}
