package io.tidemark.gateway.origin;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.scheduler.Scheduler;

/** Nobody waits beside a free place, and no place has two owners or none. */
public final class CallLimitRaces {
    private CallLimitRaces() {}

    /** Whose time is over when the test says so. */
    static final class HandTimer implements Scheduler {
        private volatile @Nullable Runnable due;

        @Override
        public Disposable schedule(Runnable task) {
            return Disposables.disposed();
        }

        @Override
        public Disposable schedule(Runnable task, long delay, java.util.concurrent.TimeUnit unit) {
            due = task;
            return Disposables.single();
        }

        @Override
        public Worker createWorker() {
            throw new UnsupportedOperationException();
        }

        void ring() {
            Objects.requireNonNull(due).run();
        }
    }

    static final class Comer extends BaseSubscriber<CallLimit.Place> {
        private volatile CallLimit.@Nullable Place place;
        private volatile boolean refused;

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            requestUnbounded();
        }

        @Override
        protected void hookOnNext(CallLimit.Place given) {
            place = given;
        }

        @Override
        protected void hookOnError(Throwable full) {
            refused = true;
        }

        boolean isInside() {
            return place != null;
        }
    }

    /** One place, which is taken, and room for one who waits. */
    abstract static class OnePlace {
        final HandTimer timer = new HandTimer();
        final CallLimit limit = new CallLimit(1, 1, Duration.ofSeconds(1), timer);
        final CallLimit.Place taken = Objects.requireNonNull(enter().place);
        final Comer comer = new Comer();

        final Comer enter() {
            Comer other = new Comer();
            limit.enter().subscribe(other);
            return other;
        }

        final void told(III_Result result) {
            result.r1 = comer.isInside() ? 1 : comer.refused ? -1 : 0;
            result.r2 = limit.taken();
            result.r3 = limit.waiting();
        }
    }

    @JCStressTest
    @Outcome(id = "1, 1, 0", expect = Expect.ACCEPTABLE, desc = "who comes gets the place, now or when it is left")
    @State
    public static class LeavingMeetsComing extends OnePlace {
        @Actor
        public void leave() {
            taken.close();
        }

        @Actor
        public void come() {
            limit.enter().subscribe(comer);
        }

        @Arbiter
        public void after(III_Result result) {
            told(result);
        }
    }

    @JCStressTest
    @Outcome(id = "1, 1, 0", expect = Expect.ACCEPTABLE, desc = "in time")
    @Outcome(id = "-1, 0, 0", expect = Expect.ACCEPTABLE, desc = "too late, and the place is free")
    @State
    public static class LeavingMeetsGivingUp extends OnePlace {
        public LeavingMeetsGivingUp() {
            limit.enter().subscribe(comer);
        }

        @Actor
        public void leave() {
            taken.close();
        }

        @Actor
        public void giveUp() {
            timer.ring();
        }

        @Arbiter
        public void after(III_Result result) {
            told(result);
        }
    }

    @JCStressTest
    @Outcome(id = "1, 1, 0", expect = Expect.ACCEPTABLE, desc = "the place has its owner, who leaves it")
    @Outcome(id = "0, 0, 0", expect = Expect.ACCEPTABLE, desc = "who has gone gets none, and it is free")
    @State
    public static class LeavingMeetsGoing extends OnePlace {
        public LeavingMeetsGoing() {
            limit.enter().subscribe(comer);
        }

        @Actor
        public void leave() {
            taken.close();
        }

        @Actor
        public void go() {
            comer.cancel();
        }

        @Arbiter
        public void after(III_Result result) {
            told(result);
        }
    }

    @JCStressTest
    @Outcome(id = "1, 1, 0", expect = Expect.ACCEPTABLE, desc = "it is left once")
    @State
    public static class LeavingTwice extends OnePlace {
        public LeavingTwice() {
            limit.enter().subscribe(comer);
        }

        @Actor
        public void leave() {
            taken.close();
        }

        @Actor
        public void leaveToo() {
            taken.close();
        }

        @Arbiter
        public void after(III_Result result) {
            told(result);
        }
    }
}
