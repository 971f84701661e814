package io.tidemark.local.suite.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * HTTP/1.1 for load that shares its machine with what it loads: a blocking connection for each thread, without the selector,
 * the executor and the futures of {@link java.net.http.HttpClient}. Connections are used again; nothing is sent twice. A
 * request takes at most 20 s.
 */
public final class LeanHttp {
    private static final int TIMEOUT_MILLIS = (int) Duration.ofSeconds(20).toMillis();

    static { // read once, when the first connection is made
        System.setProperty("http.maxConnections", "256");
        System.setProperty("sun.net.http.retryPost", "false");
    }

    private LeanHttp() {}

    /** An answer; {@code connection} still knows its header fields. */
    public record Answer(int status, String body, HttpURLConnection connection) {
        /** Empty if there is none. */
        public String header(String name) {
            return Optional.ofNullable(connection.getHeaderField(name)).orElse("");
        }
    }

    /** Header fields: names and values in turn. */
    public static Answer get(String url, String... headers) throws IOException {
        HttpURLConnection connection = connection(url);
        set(connection, headers);
        return answer(connection);
    }

    public static Answer post(String url, String body, String... headers) throws IOException {
        HttpURLConnection connection = connection(url);
        connection.setRequestMethod("POST");
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "application/json");
        set(connection, headers);
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        connection.setFixedLengthStreamingMode(bytes.length);
        try (var out = connection.getOutputStream()) {
            out.write(bytes);
        }
        return answer(connection);
    }

    private static void set(HttpURLConnection connection, String... headers) {
        for (int i = 0; i < headers.length; i += 2) {
            connection.setRequestProperty(headers[i], headers[i + 1]);
        }
    }

    private static HttpURLConnection connection(String url) throws IOException {
        var connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        connection.setInstanceFollowRedirects(false);
        return connection;
    }

    private static Answer answer(HttpURLConnection connection) throws IOException {
        int status = connection.getResponseCode();
        try (InputStream in = status >= 400 ? connection.getErrorStream() : connection.getInputStream()) {
            String body = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return new Answer(status, body, connection);
        }
    }
}
