package io.tidemark.invalidation.freshness;

import io.tidemark.commons.outage.Outage;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.invalidation.receipts.Receipt;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks gateways for what was purged once its receipt is complete: each for the canary, whose version says whether an answer is
 * old; a random one for another URL, where the answer's age says it. Of purges that come faster than the spacing allows at most
 * {@value #WAITING} wait, and of a purge with several URLs one is asked for.
 */
final class Observer implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(Observer.class);
    private static final int WAITING = 128;

    private final List<Gateway> gateways;
    private final @Nullable URI canary;
    private final CanaryHistory history;
    private final Changes changes;
    private final Freshness freshness;
    private final FreshnessProperties properties;
    private final Instant startedAt;
    private final RandomGenerator random = RandomGenerator.getDefault();
    private final BlockingQueue<Completed> completed = new ArrayBlockingQueue<>(WAITING);
    private final Outage outage = new Outage(
            log,
            "A gateway does not answer when it is asked for what was purged",
            "Gateways answer for what was purged");
    private final Outage old =
            new Outage(log, "Something was served that is older than its purge", "What was purged is served no more");

    Observer(
            List<Gateway> gateways,
            @Nullable URI canary,
            CanaryHistory history,
            Changes changes,
            Freshness freshness,
            FreshnessProperties properties,
            Instant startedAt) {
        this.gateways = gateways;
        this.canary = canary;
        this.history = history;
        this.changes = changes;
        this.freshness = freshness;
        this.properties = properties;
        this.startedAt = startedAt;
    }

    /** A purge that has just become complete, and when that was by the monotonic clock. */
    private record Completed(Receipt receipt, long at) {}

    /** Takes note; never waits. */
    void complete(Receipt receipt) {
        boolean isOfNow = receipt.publishedAt().isAfter(startedAt) && receipt.tookMs() != null;
        if (receipt.mode() == Purge.Mode.HARD && isOfNow && urlOf(receipt).isPresent()) {
            var _ = completed.offer(new Completed(receipt, System.nanoTime()));
        }
    }

    @Override
    public void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                observe(completed.take());
                Thread.sleep(properties.spacing());
            } catch (InterruptedException stopped) {
                return;
            } catch (RuntimeException failure) {
                outage.failed(failure);
            }
        }
    }

    private Optional<URI> urlOf(Receipt receipt) {
        if (canary != null && changes.by(receipt.requestId()) != null) {
            return Optional.of(canary);
        }
        return receipt.targets().stream()
                .filter(target -> target.kind() == Target.Kind.URL)
                .findFirst()
                .flatMap(target -> parsed(target.value()));
    }

    private static Optional<URI> parsed(String url) {
        try {
            return Optional.of(URI.create(url)).filter(uri -> uri.getHost() != null || uri.getAuthority() == null);
        } catch (IllegalArgumentException notOne) {
            return Optional.empty(); // gateways read more than Java does
        }
    }

    private void observe(Completed purge) throws InterruptedException {
        Optional<URI> url = urlOf(purge.receipt());
        if (url.isEmpty()) {
            return;
        }
        CompletableFuture<String> change = changes.by(purge.receipt().requestId());
        List<Gateway> asked = change != null ? gateways : List.of(gateways.get(random.nextInt(gateways.size())));
        for (Gateway gateway : asked) {
            try {
                Answer answer = gateway.get(url.get());
                outage.over();
                if (answer.status() < 500 && answer.isVerified()) {
                    judge(purge, url.get(), gateway, answer, change);
                }
            } catch (IOException failure) {
                freshness.failed(gateway.region());
                outage.failed(failure);
            }
        }
    }

    private void judge(
            Completed purge, URI url, Gateway gateway, Answer answer, @Nullable CompletableFuture<String> change)
            throws InterruptedException {
        Optional<Boolean> isOld = change == null ? Optional.of(isOld(purge, answer)) : isOld(answer, change);
        if (isOld.isEmpty()) {
            return;
        }
        if (!isOld.get()) {
            freshness.asked(gateway.region(), null);
            return;
        }
        String id = purge.receipt().id();
        freshness.asked(gateway.region(), new Freshness.Old(url, id, answer.colo(), answer.requestId(), Instant.now()));
        old.failed(new IOException(
                "purge " + id + ", " + gateway.address() + " (" + answer.colo() + "), request " + answer.requestId()));
    }

    /** By its age, which is longer than the time since the purge. */
    private boolean isOld(Completed purge, Answer answer) {
        Long tookMs = purge.receipt().tookMs();
        Duration since = Duration.ofNanos(System.nanoTime() - purge.at())
                .plusMillis(tookMs == null ? 0 : tookMs)
                .plus(properties.tolerance());
        return answer.age().map(age -> age.compareTo(since) > 0).orElse(false);
    }

    /** By its version; absent if it is not known what the change led to. */
    private Optional<Boolean> isOld(Answer answer, CompletableFuture<String> change) throws InterruptedException {
        try {
            String wanted = change.get(properties.timeout().toMillis(), TimeUnit.MILLISECONDS);
            return Optional.of(!history.isAtLeast(answer.version(), wanted));
        } catch (ExecutionException | TimeoutException notKnown) {
            return Optional.empty();
        }
    }
}
