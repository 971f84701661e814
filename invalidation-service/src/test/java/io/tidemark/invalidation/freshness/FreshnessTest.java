package io.tidemark.invalidation.freshness;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.invalidation.receipts.Receipt;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** With an origin and a gateway that do as they are told. */
class FreshnessTest {
    private static final URI CANARY = URI.create("http://shop.example/canary");

    private final ScriptedSite site;
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final CanaryHistory history = new CanaryHistory();
    private final Changes changes = new Changes();
    private final FreshnessProperties properties;
    private final Freshness freshness;
    private final List<Gateway> gateways;

    FreshnessTest() throws IOException {
        site = new ScriptedSite();
        properties = properties(Duration.ofSeconds(30));
        freshness = new Freshness(properties.regions(), history, meters, System::nanoTime, InstantSource.system());
        gateways = List.of(Gateway.of("eu", site.address(), properties.timeout()));
    }

    @AfterEach
    void close() {
        site.close();
    }

    private FreshnessProperties properties(Duration limit) {
        return new FreshnessProperties(
                Map.of("eu", List.of(site.address())),
                CANARY,
                site.origin(),
                site.origin(),
                "PUT",
                "{}",
                Duration.ofSeconds(10),
                Duration.ofMillis(10),
                limit,
                Duration.ofSeconds(20),
                Duration.ofMillis(1),
                Duration.ofSeconds(2));
    }

    private Prober prober(FreshnessProperties by) {
        Canary canary = new Canary(site.origin(), by.change(), "PUT", "{}", by.timeout());
        return new Prober(canary, CANARY, gateways, history, changes, freshness, by);
    }

    private Freshness.OfRegion eu() {
        return Objects.requireNonNull(freshness.report().regions().get("eu"));
    }

    private double behindSeconds() {
        return meters.get("tidemark.freshness.behind")
                .tag("region", "eu")
                .gauge()
                .value();
    }

    @Nested
    class AChange {
        @Test
        void isTimedUntilTheGatewayShowsIt() throws Exception {
            site.oldAnswers.set(5);

            prober(properties).probe();

            assertThat(site.askedFor).hasSize(6).containsOnly("shop.example/canary");
            assertThat(freshness.report().version()).isEqualTo("2");
            assertThat(eu().changes()).isEqualTo(1);
            assertThat(eu().p99Ms()).as("five pauses of 10 ms").isBetween(50.0, 30_000.0);
            assertThat(eu().missed()).isZero();
            assertThat(behindSeconds()).isZero();
            assertThat(eu().gateways()).singleElement().satisfies(shown -> {
                assertThat(shown.colo()).isEqualTo("eu-1");
                assertThat(shown.version()).isEqualTo("2");
            });
        }

        @Test
        void thatDoesNotShowInTimeIsMissedAndHowOldItIsIsSaid() throws Exception {
            site.oldAnswers.set(Integer.MAX_VALUE);

            prober(properties(Duration.ofMillis(50))).probe();

            assertThat(eu().missed()).isEqualTo(1);
            assertThat(eu().changes()).isZero();
            assertThat(eu().p50Ms()).isNull();
            assertThat(behindSeconds()).isGreaterThan(0.04);
            assertThat(eu().gateways().getFirst().behindMs()).isPositive();
        }

        @Test
        void isNotTimedAtAGatewayThatIsAway() throws Exception {
            site.broken = true;

            prober(properties).probe();

            assertThat(eu().failed()).isEqualTo(1);
            assertThat(eu().changes()).isZero();
            assertThat(eu().missed()).isZero();
        }

        @Test
        void thatItsOriginMakesIsSeenThere() throws Exception {
            var by = new FreshnessProperties(
                    properties.regions(),
                    CANARY,
                    site.origin(),
                    null,
                    "PUT",
                    "{}",
                    properties.interval(),
                    properties.every(),
                    properties.limit(),
                    properties.timeout(),
                    properties.spacing(),
                    properties.tolerance());
            Prober prober = prober(by);
            prober.probe();
            assertThat(eu().changes()).as("nothing has changed").isZero();

            site.version.incrementAndGet();
            prober.probe();

            assertThat(site.changedBy).isEmpty();
            assertThat(eu().changes()).isEqualTo(1);
        }
    }

    /** The purge's receipt is complete; the gateway is asked. */
    @Nested
    class AnAnswer {
        @Test
        void ofAnOlderVersionOfTheCanaryIsOld() throws Exception {
            prober(properties).probe();
            site.oldAnswers.set(1);

            observe(receipt(site.changedBy.getFirst(), "product:canary"), eu -> eu.asked() == 1);
            assertThat(eu().old()).isEqualTo(1);
            assertThat(eu().lastOld()).satisfies(old -> {
                assertThat(old.url()).isEqualTo(CANARY);
                assertThat(old.purge()).isEqualTo("p-1");
                assertThat(old.colo()).isEqualTo("eu-1");
                assertThat(old.requestId()).isEqualTo("r-1");
            });

            observe(receipt(site.changedBy.getFirst(), "product:canary"), eu -> eu.asked() == 2);
            assertThat(eu().old()).as("the gateway shows the new one by now").isEqualTo(1);
        }

        @Test
        void thatIsOlderThanThePurgeOfItsUrlIsOld() throws Exception {
            site.age = "3600000";
            observe(receiptOf("http://other.example/p/1"), eu -> eu.asked() == 1);

            assertThat(site.askedFor).containsExactly("other.example/p/1");
            assertThat(eu().old()).isEqualTo(1);
        }

        @Test
        void thatWasStoredAfterThePurgeIsNot() throws Exception {
            site.age = "1500";
            observe(receiptOf("/p/1"), eu -> eu.asked() == 1);
            site.age = null;
            observe(receiptOf("/p/1"), eu -> eu.asked() == 2);

            assertThat(eu().old()).isZero();
        }

        @Test
        void thatNoReceiptSpeaksForCountsForNothing() throws Exception {
            site.age = "3600000";
            site.unverified = true;
            observe(receiptOf("/p/1"), _ -> site.askedFor.size() == 1);

            assertThat(eu().asked()).isZero();
        }

        private void observe(Receipt receipt, Predicate<Freshness.OfRegion> until) throws Exception {
            var observer = new Observer(gateways, CANARY, history, changes, freshness, properties, Instant.EPOCH);
            observer.complete(receipt);
            Thread thread = Thread.ofVirtual().start(observer);
            long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (!until.test(eu())) {
                assertThat(System.nanoTime()).as("asked in time").isLessThan(deadline);
                Thread.sleep(5);
            }
            thread.interrupt();
            thread.join();
        }

        private Receipt receiptOf(String url) {
            return receipt(null, new Target(Target.Kind.URL, url));
        }

        private Receipt receipt(@Nullable String requestId, String tag) {
            return receipt(requestId, new Target(Target.Kind.TAG, tag));
        }

        private Receipt receipt(@Nullable String requestId, Target target) {
            return new Receipt(
                    "p-1",
                    new Position("e", 1),
                    "catalog",
                    List.of(target),
                    Purge.Mode.HARD,
                    requestId,
                    Instant.now(),
                    true,
                    Instant.now(),
                    7L,
                    Map.of());
        }
    }

    @Nested
    class Versions {
        @Test
        void thatAreNoNumbersAreOlderIfTheyCameBefore() {
            history.came("\"a\"", 0);
            history.came("\"b\"", 5);

            assertThat(history.isAtLeast("\"a\"", "\"b\"")).isFalse();
            assertThat(history.isAtLeast("\"b\"", "\"b\"")).isTrue();
            assertThat(history.isAtLeast("\"never seen\"", "\"b\"")).isTrue();
            assertThat(history.supersededFor("\"a\"", 12)).isEqualTo(7);
            assertThat(history.supersededFor("\"b\"", 12)).isZero();
        }

        @Test
        void thatWentLongAgoAreOlderThanTheOldestThatIsKept() {
            for (int version = 0; version < 2 * CanaryHistory.KEPT; version++) {
                history.came(Integer.toString(version), version);
            }
            assertThat(history.isAtLeast("1", "100")).isFalse();
            assertThat(history.supersededFor("1", 1000)).isEqualTo(1000 - CanaryHistory.KEPT);
        }
    }
}
