package io.tidemark.gateway.edge;

import io.tidemark.gateway.GatewayApplication;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/** A standalone gateway in this process, one of its beans replaced, and what a client behind a balancer gets from it. */
public final class GatewayUnderTest implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(40);

    /** One name for all gateways. */
    private static final HttpClient CLIENT = HttpClient.create(ConnectionProvider.create("clients", 1000))
            .headers(head -> head.set("Host", "shop.example"));

    private final ConfigurableApplicationContext context;
    private final int port;

    /** An answer; what is absent is empty. */
    public record Got(int code, String status, String age, String body) {}

    /** Starts one, on a free port unless the properties say another. */
    public GatewayUnderTest(String... properties) {
        this(new BeanPostProcessor() {}, properties);
    }

    /**
     * The same.
     *
     * @param type of the bean that is replaced
     */
    public <T> GatewayUnderTest(Class<T> type, T instead, String... properties) {
        this(
                new BeanPostProcessor() {
                    @Override
                    public Object postProcessAfterInitialization(Object bean, String name) {
                        return type.isInstance(bean) ? instead : bean;
                    }
                },
                properties);
    }

    private GatewayUnderTest(BeanPostProcessor beans, String... properties) {
        SpringApplication application = new SpringApplication(GatewayApplication.class);
        application.addInitializers(starting -> starting.getBeanFactory().addBeanPostProcessor(beans));
        List<String> arguments =
                new ArrayList<>(List.of("--spring.profiles.active=standalone", "--tidemark.management-port=0"));
        arguments.addAll(List.of(properties));
        if (arguments.stream().noneMatch(argument -> argument.startsWith("--server.port="))) {
            arguments.add("--server.port=0");
        }
        context = application.run(arguments.toArray(String[]::new));
        port = port("local.server.port");
    }

    public int port(String property) {
        return context.getEnvironment().getRequiredProperty(property, Integer.class);
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /** A GET; its further fields are name and value in turn. */
    public Mono<Got> ask(String path, String... fields) {
        return CLIENT.headers(head -> {
                    for (int i = 0; i < fields.length; i += 2) {
                        head.set(fields[i], fields[i + 1]);
                    }
                })
                .get()
                .uri("http://127.0.0.1:" + port + path)
                .responseSingle((head, body) -> body.asString()
                        .defaultIfEmpty("")
                        .map(text -> new Got(
                                head.status().code(),
                                head.responseHeaders().get("X-Cache-Status", ""),
                                head.responseHeaders().get("Age", ""),
                                text)));
    }

    /** The same, waited for. */
    public Got get(String path, String... fields) {
        return Objects.requireNonNull(ask(path, fields).block(LIMIT));
    }

    @Override
    public void close() {
        context.close();
    }
}
