package io.tidemark.gateway.fill;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.tidemark.gateway.cache.CacheDecision;
import io.tidemark.gateway.cache.CacheKey;
import io.tidemark.gateway.cache.CachePolicy;
import io.tidemark.gateway.cache.FwdReason;
import io.tidemark.gateway.cache.PolicySettings;
import io.tidemark.gateway.cache.PresentedRequest;
import io.tidemark.gateway.http.Headers;
import io.tidemark.gateway.origin.OriginAnswer;
import io.tidemark.gateway.origin.OriginFailure;
import io.tidemark.gateway.origin.OriginRequest;
import io.tidemark.gateway.origin.OriginTimeouts;
import io.tidemark.gateway.origin.Origins;
import io.tidemark.gateway.overload.HeldBytes;
import io.tidemark.gateway.policy.RoutePolicy;
import io.tidemark.gateway.policy.WhenCutOff;
import io.tidemark.gateway.purge.PurgeLedger;
import io.tidemark.gateway.purge.PurgeView;
import io.tidemark.gateway.purge.Standing;
import io.tidemark.gateway.store.LocalStore;
import io.tidemark.gateway.store.TieredStore;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Refreshes behind the answers, of an origin that fails at once. */
class RevalidatorTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final PresentedRequest REQUEST =
            new PresentedRequest("GET", "https", "shop.example", "/products/42", null, Headers.empty());
    private static final RoutePolicy POLICY = new RoutePolicy(
            new CachePolicy(PolicySettings.standard()),
            OriginTimeouts.DEFAULT,
            WhenCutOff.REVALIDATE,
            Duration.ofSeconds(5),
            null);

    private final VirtualTimeScheduler timer = VirtualTimeScheduler.create();
    private final List<Duration> calls = new ArrayList<>();
    private Supplier<Mono<OriginAnswer>> answer = () -> answer(200, "max-age=1");
    private Duration passed = Duration.ZERO;
    private final Revalidator revalidator = revalidator();

    private static Mono<OriginAnswer> answer(int status, String cacheControl) {
        return Mono.just(new OriginAnswer(
                status,
                Headers.of("Cache-Control", cacheControl),
                NOW,
                NOW,
                Flux.just(Unpooled.wrappedBuffer(new byte[10]))));
    }

    private Revalidator revalidator() {
        Origins origins = new Origins() {
            @Override
            public Mono<OriginAnswer> call(OriginRequest request) {
                return Mono.defer(() -> {
                    calls.add(passed);
                    return answer.get();
                });
            }

            @Override
            public Duration downFor(URI uri) {
                return Duration.ZERO;
            }
        };
        TieredStore store = new TieredStore(new LocalStore(1 << 20, 4, System::nanoTime), null);
        InstantSource clock = InstantSource.fixed(NOW);
        PurgeLedger ledger = new PurgeLedger("test", PurgeLedger.Limits.DEFAULT);
        RequestCollapser collapser = new RequestCollapser(
                origins,
                store,
                PurgeView.of(ledger, () -> Standing.CURRENT),
                clock,
                timer,
                "test",
                SlowReaders.DEFAULT,
                HeldBytes.unlimited());
        return new Revalidator(collapser, store, clock, timer, "test");
    }

    private void refreshFor(Duration time) {
        FillRequest request = new FillRequest(
                CacheKey.of("products", REQUEST),
                REQUEST,
                new CacheDecision.Fetch(FwdReason.STALE, null, true, true),
                URI.create("http://origin/products/42"),
                Headers.empty(),
                List.of("shop.example"),
                POLICY,
                "id",
                null);
        Duration end = passed.plus(time);
        while (passed.compareTo(end) < 0) {
            revalidator.refreshBehind(request, _ -> false);
            Duration step = Duration.ofMillis(50);
            timer.advanceTimeBy(step);
            passed = passed.plus(step);
        }
    }

    static Stream<Supplier<Mono<OriginAnswer>>> failures() {
        return Stream.of(
                () -> Mono.error(new OriginFailure(OriginFailure.Reason.REFUSED, "origin:80", null)),
                () -> answer(503, "no-store"),
                () -> answer(500, "max-age=60, private"),
                () -> answer(200, "no-store"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void onesThatBringNothingAreTriedAgainAfterAPauseThatGrows(Supplier<Mono<OriginAnswer>> failing) {
        answer = failing;
        refreshFor(Duration.ofMinutes(2));
        assertThat(calls).hasSizeBetween(6, 8);
        for (int i = 2; i < calls.size(); i++) {
            assertThat(calls.get(i).minus(calls.get(i - 1)))
                    .isGreaterThan(calls.get(i - 1).minus(calls.get(i - 2)));
        }
    }

    @Test
    void aSuccessEndsThePause() {
        answer = () -> answer(503, "no-store");
        refreshFor(Duration.ofSeconds(20));
        answer = () -> answer(200, "max-age=1");
        refreshFor(Duration.ofSeconds(20));
        int before = calls.size();
        refreshFor(Duration.ofSeconds(1));
        assertThat(calls.size() - before).as("as often as it is asked for").isGreaterThan(10);
        answer = () -> answer(503, "no-store");
        refreshFor(Duration.ofMillis(1500));
        before = calls.size();
        refreshFor(Duration.ofMillis(500));
        assertThat(calls.size() - before).isLessThanOrEqualTo(1);
    }
}
