package io.tidemark.invalidation.freshness;

import io.tidemark.commons.outage.Outage;
import io.tidemark.commons.requests.RequestId;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Changes the canary, or sees it changed, and looks at each gateway until it shows that. */
final class Prober implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(Prober.class);

    private final Canary canary;
    private final URI url;
    private final List<Gateway> gateways;
    private final CanaryHistory history;
    private final Changes changes;
    private final Freshness freshness;
    private final FreshnessProperties properties;
    private final Outage originOutage = new Outage(
            log, "The canary of freshness cannot be changed or read", "The canary of freshness is there again");
    private final Outage gatewayOutage = new Outage(
            log,
            "A gateway does not answer when freshness is measured",
            "All gateways answer when freshness is measured");

    Prober(
            Canary canary,
            URI url,
            List<Gateway> gateways,
            CanaryHistory history,
            Changes changes,
            Freshness freshness,
            FreshnessProperties properties) {
        this.canary = canary;
        this.url = url;
        this.gateways = gateways;
        this.history = history;
        this.changes = changes;
        this.freshness = freshness;
        this.properties = properties;
    }

    @Override
    public void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                try {
                    probe();
                } catch (IOException | RuntimeException failure) {
                    originOutage.failed(failure);
                }
                Thread.sleep(properties.interval());
            } catch (InterruptedException stopped) {
                return;
            }
        }
    }

    /** One change, until all gateways show it or the limit has passed; where nothing has changed, one look at each. */
    void probe() throws IOException, InterruptedException {
        if (history.newest() == null) {
            history.came(canary.version(), System.nanoTime());
        }
        long begun = System.nanoTime();
        String id = RequestId.next();
        CompletableFuture<String> version = canary.isChangedHere() ? changes.begin(id) : new CompletableFuture<>();
        try {
            canary.change(id);
            version.complete(canary.version());
        } catch (IOException failure) {
            version.completeExceptionally(failure);
            throw failure;
        }
        originOutage.over();
        String shown = version.join();
        long limit = history.came(shown, begun) ? properties.limit().toNanos() : 0;
        try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
            gateways.forEach(gateway -> each.execute(() -> look(gateway, shown, begun, limit)));
        }
    }

    /** A gateway that does not answer is none that shows something old: it is looked at again after the next change. */
    private void look(Gateway gateway, String version, long begun, long limit) {
        try {
            while (!shows(gateway, version)) {
                if (System.nanoTime() - begun >= limit) {
                    if (limit > 0) {
                        freshness.missed(gateway.region());
                    }
                    return;
                }
                Thread.sleep(properties.every());
            }
            if (limit > 0) {
                freshness.fresh(gateway.region(), System.nanoTime() - begun);
            }
            gatewayOutage.over();
        } catch (IOException failure) {
            freshness.failed(gateway.region());
            gatewayOutage.failed(failure);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean shows(Gateway gateway, String version) throws IOException, InterruptedException {
        Answer answer = gateway.get(url);
        if (answer.status() != 200) {
            throw new IOException(gateway.address() + " answers " + answer.status());
        }
        freshness.shown(gateway, answer);
        return history.isAtLeast(answer.version(), version);
    }
}
