package io.tidemark.gateway.origin;

import io.tidemark.gateway.GatewayApplication;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** A gateway that has each origin on two routes, one with the cache and one without. */
final class BothKinds implements AutoCloseable {
    static final List<String> KINDS = List.of("cached", "plainly");

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<String> arguments = new ArrayList<>(
            List.of("--spring.profiles.active=standalone", "--server.port=0", "--tidemark.management-port=0"));
    private int routes;
    private @Nullable ConfigurableApplicationContext gateway;

    /** Adds properties, as arguments. */
    void with(String... properties) {
        arguments.addAll(List.of(properties));
    }

    /** Where the next route's properties begin, as an argument. */
    String nextRoute() {
        return "--spring.cloud.gateway.server.webflux.routes[" + routes + "].";
    }

    /** Adds two routes, {@code /cached/<name>} and {@code /plainly/<name>}. */
    void route(String name, String uri) {
        for (String kind : KINDS) {
            String route = nextRoute();
            routes++;
            with(
                    route + "id=" + kind + "-" + name,
                    route + "uri=" + uri,
                    route + "predicates[0]=Path=/" + kind + "/" + name + "/**");
            if (kind.equals("cached")) {
                with(route + "filters[0]=EdgeCache=standard");
            }
        }
    }

    void start() {
        gateway = new SpringApplication(GatewayApplication.class).run(arguments.toArray(String[]::new));
    }

    private ConfigurableApplicationContext gateway() {
        if (gateway == null) {
            throw new IllegalStateException("not started");
        }
        return gateway;
    }

    <T> T bean(Class<T> type) {
        return gateway().getBean(type);
    }

    /** The answer, as soon as it is here. */
    CompletableFuture<HttpResponse<String>> ask(String path) {
        String port = gateway().getEnvironment().getRequiredProperty("local.server.port");
        return client.sendAsync(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .build(),
                BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path) {
        return ask(path).join();
    }

    @Override
    public void close() {
        if (gateway != null) {
            gateway.close();
        }
    }
}
