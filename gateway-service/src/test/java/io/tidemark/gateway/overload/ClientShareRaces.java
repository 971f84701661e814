package io.tidemark.gateway.overload;

import io.tidemark.gateway.overload.ClientLoads.Excess;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** A client has its share, no more, and nothing stays counted that has left. */
public final class ClientShareRaces {
    private ClientShareRaces() {}

    @JCStressTest
    @Outcome(id = "1, 0, 1", expect = Expect.ACCEPTABLE, desc = "the first")
    @Outcome(id = "0, 1, 1", expect = Expect.ACCEPTABLE, desc = "the first")
    @State
    public static class TwoConnectionsForOnePlace {
        private final ConnectionLimit limit = new ConnectionLimit(10, 1);

        @Actor
        public void connect(III_Result result) {
            result.r1 = limit.tryEnter("a") ? 1 : 0;
        }

        @Actor
        public void connectToo(III_Result result) {
            result.r2 = limit.tryEnter("a") ? 1 : 0;
        }

        @Arbiter
        public void after(III_Result result) {
            result.r3 = limit.open();
        }
    }

    @JCStressTest
    @Outcome(id = "1, 0, 0", expect = Expect.ACCEPTABLE, desc = "before the other had left, and the place is free")
    @Outcome(id = "1, 1, 1", expect = Expect.ACCEPTABLE, desc = "after that")
    @State
    public static class LeavingMeetsConnecting {
        private final ConnectionLimit limit = new ConnectionLimit(10, 1);

        public LeavingMeetsConnecting() {
            limit.tryEnter("a");
        }

        @Actor
        public void leave(III_Result result) {
            limit.left("a");
            result.r1 = 1;
        }

        @Actor
        public void connect(III_Result result) {
            result.r2 = limit.tryEnter("a") ? 1 : 0;
        }

        @Arbiter
        public void after(III_Result result) {
            result.r3 = limit.open();
            if (limit.tryEnter("a") == (result.r2 == 1)) {
                result.r3 = -1;
            }
        }
    }

    @JCStressTest
    @Outcome(id = "1, 0, 0", expect = Expect.ACCEPTABLE, desc = "the first")
    @Outcome(id = "0, 1, 0", expect = Expect.ACCEPTABLE, desc = "the first")
    @State
    public static class TwoRequestsForOnePlace {
        private final ClientLoads loads = new ClientLoads(1, 1);

        @Actor
        public void ask(III_Result result) {
            result.r1 = loads.enter("a", false) == Excess.NONE ? 1 : 0;
        }

        @Actor
        public void askToo(III_Result result) {
            result.r2 = loads.enter("a", false) == Excess.NONE ? 1 : 0;
        }

        @Arbiter
        public void after(III_Result result) {
            loads.leave("a", false);
            result.r3 = loads.clients();
        }
    }
}
