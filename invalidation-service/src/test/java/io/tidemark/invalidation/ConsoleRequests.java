package io.tidemark.invalidation;

import java.net.CookieManager;
import java.net.HttpCookie;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.stream.Stream;
import org.springframework.context.ConfigurableApplicationContext;

/** A browser as the console sees it: it keeps cookies, and sends the token with what changes anything. */
final class ConsoleRequests {
    private final CookieManager cookies = new CookieManager();
    private final HttpClient client =
            HttpClient.newBuilder().cookieHandler(cookies).build();
    private final String base;

    ConsoleRequests(ConfigurableApplicationContext context) {
        base = "http://127.0.0.1:" + context.getEnvironment().getProperty("local.management.port");
    }

    URI uri(String path) {
        return URI.create(base + (path.startsWith("/") ? path : "/console/api/" + path));
    }

    HttpResponse<String> get(String path) throws Exception {
        return client.send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** The lines of a stream as they come. */
    HttpResponse<Stream<String>> lines(String path) throws Exception {
        return client.send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofLines());
    }

    HttpResponse<String> post(String path, String body) throws Exception {
        return post(path, body, "application/json", token());
    }

    HttpResponse<String> login(String name, String password) throws Exception {
        get("me"); // gives the token
        return post(
                "login", "username=" + name + "&password=" + password, "application/x-www-form-urlencoded", token());
    }

    HttpResponse<String> post(String path, String body, String type, String token) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri(path))
                .header("Content-Type", type)
                .header("X-Console-Token", token)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    String token() {
        return cookies.getCookieStore().getCookies().stream()
                .filter(cookie -> cookie.getName().equals("tidemark-console-csrf"))
                .map(HttpCookie::getValue)
                .findFirst()
                .orElse("none");
    }
}
