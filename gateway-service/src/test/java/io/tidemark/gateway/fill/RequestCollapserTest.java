package io.tidemark.gateway.fill;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.gateway.cache.CacheDecision;
import io.tidemark.gateway.cache.FwdReason;
import io.tidemark.gateway.cache.StoredBody;
import io.tidemark.gateway.cache.StoredResponse;
import io.tidemark.gateway.fill.RequestCollapser.Filled;
import io.tidemark.gateway.fill.RequestCollapser.Scope;
import io.tidemark.gateway.http.Headers;
import io.tidemark.gateway.origin.OriginAnswer;
import io.tidemark.gateway.purge.Standing;
import io.tidemark.gateway.store.TieredStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Who waits for whom in one process. */
class RequestCollapserTest extends CollapserScenarios {
    @Test
    void a_purged_response_does_not_stand_in_for_an_error_to_somebody_who_came_after_the_purge() {
        StoredResponse purged = stored(new Position("test", -1));
        ledger.apply(new Purge("p0", "test", List.of(Target.url("/products/42")), Purge.Mode.HARD, null, NOW), 0, 0);

        // A refresh that was due before the purge is sent after it, and the one whose own entry is purged joins it.
        List<Filled> refreshed = new ArrayList<>();
        List<Filled> answered = new ArrayList<>();
        collapser.fill(request(revalidate(purged)), Scope.PROCESS).subscribe(refreshed::add);
        collapser.fill(request(MISS), Scope.PROCESS).subscribe(answered::add);
        assertThat(origins.calls).hasSize(1);
        origins.answer(0, 503, "");

        assertThat(refreshed)
                .singleElement()
                .satisfies(filled -> assertThat(filled.outcome()).isInstanceOf(FillOutcome.Stale.class));
        assertThat(answered).isEmpty();
        origins.answer(1, 200, "new");
        assertThat(answered)
                .singleElement()
                .satisfies(filled -> assertThat(filled.outcome()).isInstanceOf(FillOutcome.Streaming.class));
    }

    @Test
    void who_has_a_stale_response_of_its_own_is_given_that_when_the_shared_call_ends_in_an_error() {
        StoredResponse leaders = stored(new Position("test", -1));
        StoredResponse followers = stored(new Position("test", -1));
        List<Filled> answered = new ArrayList<>();
        collapser.fill(request(revalidate(leaders)), Scope.PROCESS).subscribe(_ -> {});
        collapser.fill(request(revalidate(followers)), Scope.PROCESS).subscribe(answered::add);
        origins.answer(0, 503, "");

        assertThat(origins.calls).hasSize(1);
        assertThat(answered).singleElement().satisfies(filled -> {
            assertThat(filled.collapsed()).isTrue();
            assertThat(filled.outcome())
                    .isInstanceOfSatisfying(
                            FillOutcome.Stale.class,
                            stale -> assertThat(stale.stale().stored()).isSameAs(followers));
        });
    }

    @Test
    void nobody_who_wants_the_whole_joins_a_call_that_validates_a_part() {
        StoredResponse whole = stored(new Position("test", -1));
        StoredResponse part = new StoredResponse(
                whole.head(),
                whole.variant(),
                StoredBody.part(new byte[2], 0, OptionalLong.of(3)),
                whole.filledAt(),
                whole.subject());
        List<Filled> answered = new ArrayList<>();
        collapser.fill(request(revalidate(part)), Scope.PROCESS).subscribe(_ -> {});
        collapser
                .fill(request(new CacheDecision.Fetch(FwdReason.PARTIAL, null, true, false)), Scope.PROCESS)
                .subscribe(answered::add);
        origins.answer(0, 304, "");
        assertThat(answered).isEmpty();
        origins.answer(1, 200, "new");

        assertThat(answered)
                .singleElement()
                .satisfies(filled -> assertThat(filled.outcome()).isInstanceOf(FillOutcome.Streaming.class));
    }

    @Test
    void those_whose_shared_call_turns_out_to_be_purged_share_the_next_one_however_soon_it_ends() {
        List<Filled> answered = new ArrayList<>();
        FillRequest request = request(MISS);
        collapser.fill(request, Scope.PROCESS).subscribe(_ -> {});
        ledger.apply(new Purge("p0", "test", List.of(Target.tag("own")), Purge.Mode.HARD, null, NOW), 0, 0);
        for (int i = 0; i < 3; i++) {
            collapser.fill(request, Scope.PROCESS).subscribe(answered::add);
        }
        origins.answersAtOnce = true;
        origins.answer(0, 200, "old");

        assertThat(origins.calls).hasSize(2);
        assertThat(answered).hasSize(3);
        assertThat(answered.getFirst().outcome()).isInstanceOf(FillOutcome.Streaming.class);
        assertThat(answered.subList(1, 3))
                .allSatisfy(filled -> assertThat(filled.outcome()).isInstanceOf(FillOutcome.Elsewhere.class));
    }

    @Test
    void what_was_purged_while_it_came_is_answered_and_not_stored() {
        List<Filled> answered = new ArrayList<>();
        collapser.fill(request(MISS), Scope.PROCESS).subscribe(answered::add);
        ledger.apply(new Purge("p0", "test", List.of(Target.url("/products/42")), Purge.Mode.HARD, null, NOW), 0, 0);
        origins.answer(0, 200, "old");

        assertThat(answered).hasSize(1);
        assertThat(local.find(KEY)).isEmpty();
    }

    @Test
    void what_comes_without_a_purge_meanwhile_is_stored() {
        collapser.fill(request(MISS), Scope.PROCESS).subscribe(_ -> {});
        ledger.apply(new Purge("p0", "test", List.of(Target.url("/products/43")), Purge.Mode.HARD, null, NOW), 0, 0);
        origins.answer(0, 200, "new");

        assertThat(local.find(KEY)).hasSize(1);
    }

    @Test
    void an_answer_for_one_request_only_releases_all_at_once_and_who_comes_next_does_not_wait() {
        FillRequest request = request(MISS);
        List<Filled> answered = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            collapser.fill(request, Scope.PROCESS).subscribe(answered::add);
        }
        assertThat(origins.calls).hasSize(1);
        origins.answer(0, 200, "for one", "no-store");
        assertThat(origins.calls).as("each of the others asks for itself").hasSize(3);

        for (int i = 0; i < 2; i++) {
            collapser.fill(request, Scope.PROCESS).subscribe(answered::add);
        }
        assertThat(origins.calls).as("the key is remembered as uncacheable").hasSize(5);
        for (int call = 1; call < 5; call++) {
            origins.answer(call, 200, "for one", "no-store");
        }
        assertThat(answered)
                .hasSize(5)
                .allSatisfy(filled -> assertThat(filled.outcome()).isInstanceOf(FillOutcome.Uncacheable.class))
                .allSatisfy(filled -> assertThat(filled.collapsed()).isFalse());
    }

    @Test
    void while_cut_off_only_who_shares_anothers_confirmation_is_collapsed() {
        standing = Standing.CUT_OFF;
        StoredResponse stored = stored(new Position("test", -1));
        List<Boolean> collapsed = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            collapser.fill(request(revalidate(stored)), Scope.REGION).subscribe(filled -> {
                assertThat(filled.outcome()).isInstanceOf(FillOutcome.Freshened.class);
                collapsed.add(filled.collapsed());
            });
        }
        origins.answer(0, 304, "");
        assertThat(collapsed).as("the first asked for itself").containsExactly(false);
        origins.answer(1, 304, "");
        assertThat(collapsed).as("the third shared the second's").containsExactlyInAnyOrder(false, false, true);
        assertThat(origins.calls).hasSize(2);
    }

    @Test
    void while_cut_off_who_asked_gets_the_answer_that_is_for_one_request_only() {
        standing = Standing.CUT_OFF;
        List<Filled> answered = new ArrayList<>();
        collapser.fill(request(MISS), Scope.REGION).subscribe(answered::add);
        origins.answer(0, 200, "for one", "no-store");
        assertThat(answered)
                .singleElement()
                .satisfies(filled -> assertThat(filled.outcome()).isInstanceOf(FillOutcome.Uncacheable.class));
        assertThat(origins.calls).hasSize(1);
    }

    @Test
    void an_answer_for_one_request_only_whose_client_has_left_is_dropped_at_once() {
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        TestPublisher<ByteBuf> body = TestPublisher.create();
        Disposable client = collapser(new TieredStore(local, null), time)
                .fill(request(MISS), Scope.PROCESS)
                .subscribe();
        client.dispose();
        answerForOne(body);

        body.assertSubscribers(1); // it is read to its end, so that its connection can be used again,
        time.advanceTimeBy(Duration.ofSeconds(1));
        body.assertCancelled(); // unless that takes too long
    }

    @Test
    void one_that_nobody_claims_though_its_client_was_there_is_dropped_after_a_moment() {
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        TestPublisher<ByteBuf> body = TestPublisher.create();
        var _ = collapser(new TieredStore(local, null), time)
                .fill(request(MISS), Scope.PROCESS)
                .subscribe();
        answerForOne(body);

        time.advanceTimeBy(Duration.ofMillis(499));
        body.assertWasNotSubscribed();
        time.advanceTimeBy(Duration.ofMillis(1));
        body.assertSubscribers(1);
    }

    private void answerForOne(TestPublisher<ByteBuf> body) {
        origins.calls
                .getFirst()
                .tryEmitValue(new OriginAnswer(200, Headers.of("Cache-Control", "no-store"), NOW, NOW, body.flux()));
    }
}
