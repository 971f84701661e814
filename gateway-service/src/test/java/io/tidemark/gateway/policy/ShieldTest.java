package io.tidemark.gateway.policy;

import static io.tidemark.gateway.fixtures.ScriptedOrigin.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.gateway.GatewayApplication;
import io.tidemark.gateway.fixtures.GatewayUnderTest;
import io.tidemark.gateway.fixtures.GatewayUnderTest.Got;
import io.tidemark.gateway.fixtures.ScriptedOrigin;
import io.tidemark.gateway.purge.PurgeLedger;
import io.tidemark.local.backends.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.boot.SpringApplication;
import reactor.core.publisher.Flux;

/** Gateways of two regions that shield each other, each with a ledger of its own of one log. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ShieldTest {
    private static final String LOG = "one-log";

    private final ScriptedOrigin origin = new ScriptedOrigin();
    private final PurgeLedger euLedger = new PurgeLedger(LOG, PurgeLedger.Limits.DEFAULT);
    private final PurgeLedger usLedger = new PurgeLedger(LOG, PurgeLedger.Limits.DEFAULT);
    private GatewayUnderTest eu;
    private GatewayUnderTest us;
    private GatewayUnderTest alone;
    private GatewayUnderTest behindHanging;
    private ServerSocket hanging;
    private GatewayUnderTest mutual;
    private GatewayUnderTest otherMutual;
    private long offset;

    @BeforeAll
    void start() throws IOException {
        int euPort = Ports.free();
        int usPort = Ports.free();
        int mutualPort = Ports.free();
        int otherPort = Ports.free();
        eu = gateway("eu", euPort, euLedger, "us", usPort);
        us = gateway("us", usPort, usLedger, "us", usPort); // as all regions are configured: it is the shield itself
        mutual = gateway("sa", mutualPort, euLedger, "af", otherPort);
        otherMutual = gateway("af", otherPort, euLedger, "sa", mutualPort);
        alone = gateway("ap", Ports.free(), euLedger, "gone", Ports.free());
        hanging = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        behindHanging = gateway("oc", Ports.free(), euLedger, "gone", hanging.getLocalPort(), "300ms");
    }

    private GatewayUnderTest gateway(String region, int port, PurgeLedger ledger, String shield, int shieldPort) {
        return gateway(region, port, ledger, shield, shieldPort, "2m");
    }

    private GatewayUnderTest gateway(
            String region, int port, PurgeLedger ledger, String shield, int shieldPort, String shieldTimeout) {
        return new GatewayUnderTest(
                PurgeLedger.class,
                ledger,
                "--server.port=" + port,
                "--tidemark.region=" + region,
                "--tidemark.colo=" + region + "-1",
                "--tidemark.origin=" + origin.uri(),
                "--tidemark.shields." + shield + "=http://127.0.0.1:" + shieldPort,
                "--tidemark.policies.standard.shield=" + shield,
                "--tidemark.policies.standard.shield-timeout=" + shieldTimeout,
                "--tidemark.policies.standard.first-byte-timeout=2m",
                "--tidemark.policies.standard.collapse-wait=2m");
    }

    @AfterAll
    void stop() throws IOException {
        hanging.close();
        behindHanging.close();
        eu.close();
        us.close();
        alone.close();
        mutual.close();
        otherMutual.close();
        origin.close();
    }

    /** Of this region alone: a request that has been through a gateway already goes to no shield. */
    private static Got getDirectly(GatewayUnderTest gateway, String path) {
        return gateway.get(path, "CDN-Loop", "tidemark;region=test");
    }

    private void versions(String path) {
        AtomicInteger version = new AtomicInteger();
        origin.on(
                path,
                exchange -> send(
                        exchange,
                        200,
                        "v" + version.incrementAndGet(),
                        "Cache-Control",
                        "max-age=60, stale-while-revalidate=60",
                        "Cache-Groups",
                        "\"" + path + "\""));
    }

    private void purge(PurgeLedger ledger, String tag, Purge.Mode mode, long at) {
        ledger.apply(
                new Purge(Purge.SCHEMA, "purge-" + at, "test", List.of(Target.tag(tag)), mode, null, Instant.now()),
                at,
                System.nanoTime());
    }

    @Test
    void aStampedeOverBothRegionsIsOneCall() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        origin.on("/stampede", exchange -> {
            try {
                assertThat(release.await(60, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            send(exchange, 200, "one", "Cache-Control", "max-age=60");
        });
        var answers = Flux.range(0, 1000)
                .flatMap(i -> (i % 2 == 0 ? eu : us).ask("/stampede"), 1000)
                .collectList()
                .toFuture();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (origin.calls("/stampede") == 0) {
            assertThat(System.nanoTime()).isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
        release.countDown();
        assertThat(answers.get(60, TimeUnit.SECONDS))
                .hasSize(1000)
                .allMatch(got -> got.body().equals("one"));
        assertThat(origin.calls("/stampede")).isEqualTo(1);
    }

    @Test
    void regionsThatShieldEachOtherNeverWaitForOneAnother() throws Exception {
        for (int round = 0; round < 20; round++) {
            String path = "/mutual-" + round;
            origin.on(path, exchange -> send(exchange, 200, "x", "Cache-Control", "max-age=60"));
            var answers = Flux.range(0, 40)
                    .flatMap(i -> (i % 2 == 0 ? mutual : otherMutual).ask(path), 40)
                    .collectList()
                    .toFuture();
            // A circle would end with the first-byte timeout or the wait for another's call, 2 minutes.
            assertThat(answers.get(40, TimeUnit.SECONDS))
                    .allMatch(got -> got.body().equals("x"));
            assertThat(origin.calls(path)).isBetween(1, 2);
        }
    }

    @Test
    void whatTheShieldHasIsOlderHereByItsAgeThere() {
        origin.on("/aged", exchange -> send(exchange, 200, "aged", "Cache-Control", "max-age=60", "Age", "40"));
        assertThat(getDirectly(us, "/aged").status()).isEqualTo("MISS");
        Got through = eu.get("/aged");
        Got hit = eu.get("/aged");
        assertThat(through.body()).isEqualTo("aged");
        assertThat(hit.status()).isEqualTo("HIT");
        assertThat(Integer.parseInt(hit.age())).isBetween(40, 55);
        assertThat(origin.calls("/aged")).isEqualTo(1);
    }

    @Test
    void aPurgeThatOnlyThisRegionHasReadIsNeverAnsweredWithTheShieldsOlderCopy() {
        versions("/late");
        assertThat(getDirectly(us, "/late").body()).isEqualTo("v1");
        assertThat(eu.get("/late").body()).isEqualTo("v1");
        purge(euLedger, "/late", Purge.Mode.HARD, next()); // us lags behind
        assertThat(eu.get("/late").body()).isEqualTo("v2");
        assertThat(eu.get("/late")).extracting(Got::status, Got::body).containsExactly("HIT", "v2");
        usLedger.advanceTo(offset);
    }

    @Test
    void aSoftPurgedCopyOfTheShieldIsNotTakenForAFreshOne() {
        versions("/soft");
        assertThat(getDirectly(us, "/soft").body()).isEqualTo("v1");
        long at = next();
        purge(usLedger, "/soft", Purge.Mode.SOFT, at);
        purge(euLedger, "/soft", Purge.Mode.SOFT, at);
        assertThat(eu.get("/soft").body()).isEqualTo("v2");
    }

    /** The next offset of the log; both ledgers have read up to the one before. */
    private long next() {
        euLedger.advanceTo(offset);
        usLedger.advanceTo(offset);
        return ++offset;
    }

    @Test
    void aShieldThatIsDownIsSkipped() {
        versions("/down");
        assertThat(alone.get("/down")).extracting(Got::code, Got::body).containsExactly(200, "v1");
        assertThat(alone.get("/down").status()).isEqualTo("HIT");
    }

    @Test
    void aShieldThatTakesTheRequestAndDoesNotAnswerIsSkippedAfterItsLimit() {
        versions("/hangs");
        // Without a limit of its own it would be the origin's: 2 minutes, longer than the client waits.
        assertThat(behindHanging.get("/hangs")).extracting(Got::code, Got::body).containsExactly(200, "v1");
    }

    @Test
    void theOriginSeesTheWayAndNothingOfTheShieldsBusiness() {
        ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
        origin.on("/seen", exchange -> {
            seen.add(exchange.getRequestHeaders().getFirst("CDN-Loop") + " | "
                    + exchange.getRequestHeaders().get("Via") + " | "
                    + exchange.getRequestHeaders().getFirst("Edge-Read-After"));
            send(exchange, 200, "x", "Cache-Control", "max-age=60");
        });
        eu.get("/seen");
        assertThat(seen)
                .singleElement()
                .satisfies(way -> assertThat(way)
                        .contains("tidemark;region=eu", "tidemark-eu-1", "tidemark-us-1")
                        .endsWith("| null"));
    }

    @Test
    void aShieldWithoutAnAddressIsNamedAtTheStart() {
        assertThatThrownBy(() -> new SpringApplication(GatewayApplication.class)
                        .run(
                                "--spring.profiles.active=standalone",
                                "--server.port=0",
                                "--tidemark.management-port=0",
                                "--tidemark.policies.standard.shield=nowhere"))
                .rootCause()
                .hasMessageContaining("tidemark.policies.standard.shield: nowhere has no address in tidemark.shields");
    }
}
