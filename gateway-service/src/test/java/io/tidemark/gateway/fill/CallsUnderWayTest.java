package io.tidemark.gateway.fill;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.gateway.fill.Joining.Follow;
import io.tidemark.gateway.fill.Joining.FollowThenVerify;
import io.tidemark.gateway.fill.Joining.Lead;
import io.tidemark.gateway.purge.PurgeView;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Who leads a call, who follows. */
class CallsUnderWayTest extends CollapserScenarios {
    private final CallsUnderWay calls = new CallsUnderWay(PurgeView.of(ledger, () -> standing));
    private final FillRequest request = request(MISS);

    private void purge(Target target, long offset) {
        ledger.apply(new Purge("p" + offset, "test", List.of(target), Purge.Mode.HARD, null, NOW), offset, 0);
    }

    @Test
    void theFirstLeadsAndTheOthersFollowAsLongAsNothingIsPurged() {
        Joining first = calls.join(request, true);
        assertThat(first).isEqualTo(new Lead(first.fill(), false));
        assertThat(calls.join(request, true)).isEqualTo(new Follow(first.fill()));
        calls.remove(KEY, first.fill());
        assertThat(calls.join(request, true)).isInstanceOf(Lead.class);
        assertThat(calls.size()).isEqualTo(1);
    }

    @Test
    void afterAPurgeOfATagTheyFollowAndVerifyAndWhoHasDoneSoLeadsAnew() {
        Fill first = calls.join(request, true).fill();
        purge(Target.tag("any"), 0);
        assertThat(calls.join(request, true)).isEqualTo(new FollowThenVerify(first));
        Joining anew = calls.join(request, false);
        assertThat(anew).isEqualTo(new Lead(anew.fill(), true));
        assertThat(anew.fill()).isNotEqualTo(first);
        calls.remove(KEY, first);
        assertThat(calls.join(request, true))
                .as("the old one has lost its place")
                .isEqualTo(new Follow(anew.fill()));
    }

    @Test
    void afterAPurgeOfTheUrlNobodyFollows() {
        Fill first = calls.join(request, true).fill();
        purge(Target.url("/products/42"), 0);
        assertThat(calls.join(request, true)).isInstanceOfSatisfying(Lead.class, lead -> {
            assertThat(lead.replaces()).isTrue();
            assertThat(lead.fill()).isNotEqualTo(first);
        });
    }

    @Test
    void ofManyAtOnceOneLeads() throws Exception {
        int threads = 4;
        CyclicBarrier together = new CyclicBarrier(threads);
        try (var pool = Executors.newFixedThreadPool(threads)) {
            for (int round = 0; round < 500; round++) {
                List<Future<Joining>> joining = new ArrayList<>();
                for (int i = 0; i < threads; i++) {
                    joining.add(pool.submit(() -> {
                        together.await();
                        return calls.join(request, true);
                    }));
                }
                List<Joining> joined = new ArrayList<>();
                for (Future<Joining> each : joining) {
                    joined.add(each.get());
                }
                assertThat(joined).filteredOn(Lead.class::isInstance).hasSize(1);
                assertThat(joined)
                        .extracting(Joining::fill)
                        .containsOnly(joined.getFirst().fill());
                purge(Target.url("/products/42"), round); // the next round joins none of them
            }
        }
    }
}
