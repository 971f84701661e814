package io.tidemark.gateway.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.ssl.ClientAuth;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.tidemark.local.backends.NameServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;

/** Origins whose names lead elsewhere, or to several addresses, on routes of both kinds. No connection reaches its longest life. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OriginNamesTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    /** So long that calls that are made together have a connection each. */
    private static final Duration TOGETHER = Duration.ofMillis(100);

    private static final String FIRST = "127.0.0.1";
    private static final String SECOND = "127.0.0.2";
    private static final Set<String> BOTH = Set.of("200 " + FIRST, "200 " + SECOND);

    private final NameServer names = new NameServer();
    private final BothKinds gateway = new BothKinds();

    /** Two origins with one port, each of which answers with its address. */
    private static final class Pair implements AutoCloseable {
        private final int port;
        private final ChannelGroup ofFirst = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        private final Set<String> sick = ConcurrentHashMap.newKeySet();
        private DisposableServer first;
        private final DisposableServer second;

        private final List<HttpProtocol> overTls;

        /** @param overTls the protocols that they agree to; none: HTTP/1.1 without TLS */
        Pair(HttpProtocol... overTls) {
            this.overTls = List.of(overTls);
            first = listening(FIRST, 0, ofFirst);
            port = first.port();
            second = listening(SECOND, port, new DefaultChannelGroup(GlobalEventExecutor.INSTANCE));
        }

        private DisposableServer listening(String address, int port, ChannelGroup connections) {
            return (overTls.isEmpty() ? HttpServer.create() : TlsOrigins.of("good", ClientAuth.NONE, overTls))
                    .host(address)
                    .port(port)
                    .channelGroup(connections)
                    .handle((request, response) -> request.uri().equals("/health")
                            ? response.status(sick.contains(address) ? 500 : 204)
                                    .send()
                            : response.header("Cache-Control", "no-store")
                                    .sendString(Mono.just(address).delayElement(TOGETHER)))
                    .bindNow();
        }

        void stopFirst() {
            first.disposeNow();
            ofFirst.close().awaitUninterruptibly();
        }

        void startFirst() {
            first = listening(FIRST, port, ofFirst);
        }

        @Override
        public void close() {
            first.disposeNow();
            second.disposeNow();
        }
    }

    private final Map<String, Pair> moving = Map.of(
            "http", new Pair(),
            "https", new Pair(HttpProtocol.HTTP11),
            "h2", new Pair(HttpProtocol.H2));
    private final Pair several = new Pair();
    private final Pair checked = new Pair();

    @BeforeAll
    void start() throws IOException {
        try (ServerSocket _ = new ServerSocket(0, 1, InetAddress.getByName(SECOND))) {
            moving.keySet().forEach(protocol -> names.lead(protocol + ".test", 1, FIRST));
        } catch (BindException one) {
            Assumptions.abort("this machine's loopback has one address");
        }
        names.lead("several.test", 1, FIRST, SECOND);
        gateway.with(
                "--tidemark.origins.connection-life=10m",
                "--tidemark.origins.retries=0",
                "--tidemark.origins.dns.servers=" + names.address(),
                "--tidemark.origins.dns.every=100ms",
                "--tidemark.origins.outliers.leave-out=1s",
                "--spring.cloud.gateway.server.webflux.httpclient.pool.max-life-time=10m",
                "--spring.cloud.gateway.server.webflux.httpclient.ssl.use-insecure-trust-manager=true");
        moving.forEach((protocol, pair) -> gateway.route(
                protocol, (protocol.equals("http") ? "http://" : "https://") + protocol + ".test:" + pair.port));
        gateway.route("several", "http://several.test:" + several.port);
        names.lead("checked.test", 1, FIRST, SECOND);
        String check = gateway.nextRoute() + "metadata.health-check.";
        gateway.with(
                check + "path=/health",
                check + "interval=100ms",
                check + "timeout=10s",
                check + "unhealthy-threshold=2",
                check + "healthy-threshold=2");
        gateway.route("checked", "http://checked.test:" + checked.port);
        for (String kind : BothKinds.KINDS) {
            gateway.route("nowhere-" + kind, "http://" + kind + ".test:" + several.port);
        }
        gateway.start();
    }

    @AfterAll
    void stop() {
        gateway.close();
        moving.values().forEach(Pair::close);
        several.close();
        checked.close();
        names.close();
    }

    private double meter(String name, String... tags) {
        return gateway.bean(MeterRegistry.class)
                .get(name)
                .tags(tags)
                .meter()
                .measure()
                .iterator()
                .next()
                .getValue();
    }

    private void answersFrom(String address, String protocol) {
        for (String kind : BothKinds.KINDS) {
            assertThat(gateway.get("/" + kind + '/' + protocol).body()).isEqualTo(address);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "https", "h2"})
    void aNameThatLeadsElsewhereIsFollowedAndKeptConnectionsAreLetGo(String protocol) {
        Pair pair = Objects.requireNonNull(moving.get(protocol));
        String origin = protocol + ".test:" + pair.port;
        answersFrom(FIRST, protocol);
        answersFrom(FIRST, protocol);
        names.lead(protocol + ".test", 1, SECOND);
        await().atMost(SOON).untilAsserted(() -> answersFrom(SECOND, protocol));
        await().atMost(SOON).untilAsserted(() -> assertThat(pair.ofFirst.size()).isZero());
        assertThat(meter("tidemark.origin.moves", "origin", origin)).isEqualTo(1);

        names.silent(true);
        try {
            await().atMost(SOON).until(() -> meter("tidemark.origin.lookups.failed", "origin", origin) > 0);
            answersFrom(SECOND, protocol);
        } finally {
            names.silent(false);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cached", "plainly"})
    void aNameWithoutAddressIsAProblemAndWorksAtOnceWhenItHasOne(String kind) {
        HttpResponse<String> answer = gateway.get("/" + kind + "/nowhere-" + kind);
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).contains("\"reason\":\"dns\"");
        names.lead(kind + ".test", 1, FIRST);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(
                                gateway.get("/" + kind + "/nowhere-" + kind).statusCode())
                        .isEqualTo(200));
    }

    /** On a slow machine calls that are made together may still share connections. */
    private void awaitBoth(String kind, String name, int calls) {
        await().atMost(SOON).until(() -> answers(kind, name, calls).equals(BOTH));
    }

    private Set<String> answers(String kind, int calls) {
        return answers(kind, "several", calls);
    }

    private Set<String> answers(String kind, String name, int calls) {
        Set<String> seen = new HashSet<>();
        IntStream.range(0, calls)
                .mapToObj(i -> gateway.ask('/' + kind + "/" + name + "/" + i))
                .toList()
                .forEach(answer -> seen.add(
                        answer.join().statusCode() + " " + answer.join().body()));
        return seen;
    }

    private double leftOut() {
        return meter("tidemark.origin.addresses", "origin", "several.test:" + several.port, "state", "left-out");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cached", "plainly"})
    void severalAddressesTakeTurnsAndOneThatFailsIsLeftOutAndTriedAgain(String kind) {
        awaitBoth(kind, "several", 10);
        several.stopFirst();
        try {
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(answers(kind, 20)).containsExactly("200 " + SECOND));
        } finally {
            several.startFirst();
        }
        await().atMost(SOON).until(() -> leftOut() == 0);
        // More than there are connections.
        awaitBoth(kind, "several", 40);
    }

    @Test
    void anAddressThatFailsItsHealthChecksIsLeftOutUntilItPassesThem() {
        awaitBoth("cached", "checked", 10);
        checked.sick.add(FIRST);
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(answers("cached", "checked", 10)).containsExactly("200 " + SECOND));
        checked.sick.clear();
        await().atMost(SOON)
                .until(() -> meter(
                                "tidemark.origin.addresses",
                                "origin",
                                "checked.test:" + checked.port,
                                "state",
                                "left-out")
                        == 0);
        awaitBoth("cached", "checked", 40);
    }
}
