package io.tidemark.gateway.fill;

import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.gateway.fill.Joining.Follow;
import io.tidemark.gateway.fill.Joining.FollowThenVerify;
import io.tidemark.gateway.fill.Joining.Lead;
import io.tidemark.gateway.purge.PurgeLedger;
import io.tidemark.gateway.purge.PurgeView;
import io.tidemark.gateway.purge.Standing;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** Of those who come at once for one key, one leads a call and the others follow that one. */
public final class CallsUnderWayRaces {
    private static final FillRequest REQUEST = CollapserScenarios.request(CollapserScenarios.MISS);

    private CallsUnderWayRaces() {}

    private static String name(Joining joining) {
        return switch (joining) {
            case Lead lead -> lead.replaces() ? "takes its place" : "leads";
            case Follow _ -> "follows";
            case FollowThenVerify _ -> "verifies";
        };
    }

    abstract static class Together {
        final PurgeLedger ledger = new PurgeLedger("test", PurgeLedger.Limits.DEFAULT);
        final CallsUnderWay calls = new CallsUnderWay(PurgeView.of(ledger, () -> Standing.CURRENT));

        @Nullable
        Joining one;

        @Nullable
        Joining other;

        final Joining join() {
            return calls.join(REQUEST, true);
        }

        final void told(LLL_Result result) {
            if (one != null && other != null) {
                result.r1 = name(one);
                result.r2 = name(other);
                result.r3 = one.fill().equals(other.fill()) ? "one call" : "two calls";
            }
        }
    }

    @JCStressTest
    @Outcome(id = "leads, follows, one call", expect = Expect.ACCEPTABLE, desc = "the first leads")
    @Outcome(id = "follows, leads, one call", expect = Expect.ACCEPTABLE, desc = "the first leads")
    @State
    public static class TwoCome extends Together {
        @Actor
        public void come() {
            one = join();
        }

        @Actor
        public void comeToo() {
            other = join();
        }

        @Arbiter
        public void after(LLL_Result result) {
            told(result);
        }
    }

    @JCStressTest
    @Outcome(id = "takes its place, follows, one call", expect = Expect.ACCEPTABLE, desc = "the first leads anew")
    @Outcome(id = "follows, takes its place, one call", expect = Expect.ACCEPTABLE, desc = "the first leads anew")
    @State
    public static class TwoComeAfterAPurge extends Together {
        public TwoComeAfterAPurge() {
            join();
            purge(ledger);
        }

        @Actor
        public void come() {
            one = join();
        }

        @Actor
        public void comeToo() {
            other = join();
        }

        @Arbiter
        public void after(LLL_Result result) {
            told(result);
        }
    }

    @JCStressTest
    @Outcome(id = "leads, leads, two calls", expect = Expect.ACCEPTABLE, desc = "it came when the call was over")
    @Outcome(id = "leads, follows, one call", expect = Expect.ACCEPTABLE, desc = "it came before")
    @State
    public static class EndingMeetsComing extends Together {
        public EndingMeetsComing() {
            one = join();
        }

        @Actor
        public void end() {
            if (one != null) {
                calls.remove(REQUEST.key(), one.fill());
            }
        }

        @Actor
        public void come() {
            other = join();
        }

        @Arbiter
        public void after(LLL_Result result) {
            told(result);
            if (calls.size() != (other instanceof Lead ? 1 : 0)) {
                result.r3 = calls.size() + " are left";
            }
        }
    }

    @JCStressTest
    @Outcome(id = "leads, takes its place, two calls", expect = Expect.ACCEPTABLE, desc = "it had not ended")
    @Outcome(id = "leads, leads, two calls", expect = Expect.ACCEPTABLE, desc = "it had ended")
    @State
    public static class EndingMeetsTakingItsPlace extends Together {
        public EndingMeetsTakingItsPlace() {
            one = join();
            purge(ledger);
        }

        @Actor
        public void end() {
            if (one != null) {
                calls.remove(REQUEST.key(), one.fill());
            }
        }

        @Actor
        public void come() {
            other = join();
        }

        @Arbiter
        public void after(LLL_Result result) {
            told(result);
            if (!(join() instanceof Follow)) {
                result.r3 = "the new call is lost";
            }
        }
    }

    /** What was sent before a purge is followed only by who has come before it too. */
    @JCStressTest
    @Outcome(id = "leads, follows, one call", expect = Expect.ACCEPTABLE, desc = "it came before the purge")
    @Outcome(id = "leads, takes its place, two calls", expect = Expect.ACCEPTABLE, desc = "it came after")
    @State
    public static class PurgingMeetsComing extends Together {
        public PurgingMeetsComing() {
            one = join();
        }

        @Actor
        public void purgeIt() {
            purge(ledger);
        }

        @Actor
        public void come() {
            other = join();
        }

        @Arbiter
        public void after(LLL_Result result) {
            told(result);
            if (join() instanceof Follow && other instanceof Follow) {
                result.r3 = "the purge was not seen";
            }
        }
    }

    private static void purge(PurgeLedger ledger) {
        Target url = Target.url("/products/42");
        ledger.apply(new Purge("p", "test", List.of(url), Purge.Mode.HARD, null, CollapserScenarios.NOW), 1, 0);
    }
}
