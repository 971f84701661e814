package io.tidemark.gateway.origin;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.tidemark.commons.origins.OriginAddress;
import io.tidemark.commons.origins.OriginNames;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.gateway.event.RefreshRoutesResultEvent;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/**
 * Asks each address of an origin whether it is well, where a route says how ({@link HealthCheck}), over a connection of its own,
 * with the TLS of calls. An address that is not is left out as long as another one is. Counted as
 * {@code tidemark.origin.checks{origin,outcome}}.
 */
@Component
final class HealthChecks implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(HealthChecks.class);

    private final RouteLocator routes;
    private final OriginNames names;
    private final MeterRegistry metrics;
    private final ConnectionProvider connections = ConnectionProvider.builder("health-checks")
            .maxIdleTime(Duration.ofMillis(1))
            .evictInBackground(Duration.ofSeconds(5))
            .build();
    private final HttpClient client;
    private Disposable checking = Disposables.disposed();
    private Map<URI, HealthCheck> asked = Map.of();
    private boolean running;

    HealthChecks(RouteLocator routes, OriginHttpClients http, OriginNames names, MeterRegistry metrics) {
        this.routes = routes;
        this.names = names;
        this.metrics = metrics;
        this.client = http.over(connections).disableRetry(true).followRedirect(false);
    }

    /** Checks of one address in a row with one result. */
    private static final class Row {
        private boolean passed;
        private int length;

        int add(boolean passes) {
            length = passes == passed ? length + 1 : 1;
            passed = passes;
            return length;
        }
    }

    @Override
    public synchronized void start() {
        running = true;
        begin(routes.getRoutes().collectList().blockOptional().orElseThrow());
    }

    /** Routes may come and go. */
    @EventListener
    synchronized void changed(RefreshRoutesResultEvent event) {
        if (running && event.isSuccess()) {
            var _ = routes.getRoutes().collectList().subscribe(this::begin, HealthChecks::refused);
        }
    }

    private static void refused(Throwable wrong) {
        log.warn("the checks of before go on: {}", wrong.getMessage());
    }

    private synchronized void begin(List<Route> all) {
        Map<URI, HealthCheck> checks = new HashMap<>();
        for (Route route : all) {
            HealthCheck check = HealthCheck.of(route);
            if (check != null) {
                URI uri = route.getUri();
                HealthCheck other = checks.put(URI.create(uri.getScheme() + "://" + Origins.name(uri)), check);
                if (other != null && !other.equals(check)) {
                    throw new IllegalArgumentException("metadata.health-check of route " + route.getId()
                            + " differs from that of another route to " + uri);
                }
            }
        }
        if (running && !checks.equals(asked)) {
            asked = checks;
            checking.dispose();
            Disposable.Composite tasks = Disposables.composite();
            checks.forEach((origin, check) -> tasks.add(check(origin, check)));
            checking = tasks;
        }
    }

    private Disposable check(URI origin, HealthCheck check) {
        Map<OriginAddress, Row> rows = new WeakHashMap<>(); // for one at a time
        InetSocketAddress name = InetSocketAddress.createUnresolved(origin.getHost(), origin.getPort());
        return Flux.interval(Duration.ZERO, check.interval(), Schedulers.parallel())
                .onBackpressureDrop()
                .concatMap(
                        _ -> Flux.fromIterable(names.addresses(name))
                                .flatMap(address -> passes(origin, check, address)
                                        .doOnNext(passed -> count(origin, check, address, rows, passed))),
                        0)
                .subscribe();
    }

    private Mono<Boolean> passes(URI origin, HealthCheck check, OriginAddress address) {
        boolean isSecure = "https".equals(origin.getScheme());
        HttpClient way =
                isSecure && client.configuration().isSecure() ? client : isSecure ? client.secure() : client.noSSL();
        return way.remoteAddress(address::socket)
                .headers(fields -> fields.set(HttpHeaderNames.HOST, origin.getRawAuthority())
                        .set(HttpHeaderNames.USER_AGENT, "tidemark-health-check"))
                .get()
                .uri(check.path())
                .responseSingle(
                        (head, content) -> content.thenReturn(head.status().code() / 100 == 2))
                .timeout(check.timeout())
                .onErrorReturn(false);
    }

    private void count(
            URI origin, HealthCheck check, OriginAddress address, Map<OriginAddress, Row> rows, boolean passed) {
        metrics.counter(
                        "tidemark.origin.checks",
                        "origin",
                        origin.getRawAuthority(),
                        "outcome",
                        passed ? "passed" : "failed")
                .increment();
        synchronized (rows) {
            int length = rows.computeIfAbsent(address, _ -> new Row()).add(passed);
            if (length >= (passed ? check.healthyThreshold() : check.unhealthyThreshold())) {
                address.healthy(passed);
            }
        }
    }

    @Override
    public synchronized void stop() {
        running = false;
        asked = Map.of();
        checking.dispose();
        connections.dispose();
    }

    @Override
    public synchronized boolean isRunning() {
        return running;
    }
}
