package io.tidemark.gateway.fill;

import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

/** Each reader gets all of the body, each chunk once, in its order, and its end. */
public final class FillBodyRaces {
    private FillBodyRaces() {}

    private static byte[] chunk(int of) {
        return new byte[] {(byte) of};
    }

    /** Notes the chunks by their numbers, and the end by a full stop. Reactor calls it from one thread at a time. */
    static final class Reader extends BaseSubscriber<byte[]> {
        private final long demand;
        private String read = "";

        Reader(long demand) {
            this.demand = demand;
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            if (demand > 0) {
                request(demand);
            }
        }

        @Override
        protected void hookOnNext(byte[] chunk) {
            read += chunk[0];
        }

        @Override
        protected void hookOnComplete() {
            read += ".";
        }

        String read() {
            return read;
        }
    }

    @JCStressTest
    @Outcome(id = "12.", expect = Expect.ACCEPTABLE, desc = "whenever it comes, it gets all")
    @State
    public static class WritingMeetsAReader {
        private final FillBody body = new FillBody(() -> {});
        private final Reader reader = new Reader(Long.MAX_VALUE);

        @Actor
        public void write() {
            body.append(chunk(1));
            body.append(chunk(2));
            body.complete();
        }

        @Actor
        public void read() {
            Flux<byte[]> chunks = body.read();
            if (chunks != null) {
                chunks.subscribe(reader);
            }
        }

        @Arbiter
        public void after(L_Result result) {
            result.r1 = reader.read();
        }
    }

    @JCStressTest
    @Outcome(id = "12", expect = Expect.ACCEPTABLE, desc = "what it asked for")
    @State
    public static class WritingMeetsDemand {
        private final FillBody body = new FillBody(() -> {});
        private final Reader reader = new Reader(0);

        public WritingMeetsDemand() {
            Flux<byte[]> chunks = body.read();
            if (chunks != null) {
                chunks.subscribe(reader);
            }
        }

        @Actor
        public void write() {
            body.append(chunk(1));
            body.append(chunk(2));
            body.append(chunk(3));
        }

        @Actor
        public void ask() {
            reader.request(1);
            reader.request(1);
        }

        @Arbiter
        public void after(L_Result result) {
            result.r1 = reader.read();
        }
    }

    @JCStressTest
    @Outcome(id = "null", expect = Expect.ACCEPTABLE, desc = "it came too late")
    @Outcome(id = "12.", expect = Expect.ACCEPTABLE, desc = "it came in time, and gets all")
    @State
    public static class ReleasingMeetsAReader {
        private final FillBody body = new FillBody(() -> {});
        private @Nullable Reader reader;

        public ReleasingMeetsAReader() {
            body.append(chunk(1));
        }

        @Actor
        public void write() {
            body.release();
            body.append(chunk(2));
            body.complete();
        }

        @Actor
        public void read() {
            Flux<byte[]> chunks = body.read();
            if (chunks != null) {
                reader = new Reader(Long.MAX_VALUE);
                chunks.subscribe(reader);
            }
        }

        @Arbiter
        public void after(L_Result result) {
            result.r1 = reader == null ? null : reader.read();
        }
    }

    @JCStressTest
    @Outcome(id = "1 0", expect = Expect.ACCEPTABLE, desc = "it left before the end")
    @Outcome(id = "12 0", expect = Expect.ACCEPTABLE, desc = "it left before the end")
    @Outcome(id = "12. 0", expect = Expect.ACCEPTABLE, desc = "the end came first")
    @State
    public static class WritingMeetsALeaver {
        private final FillBody body = new FillBody(() -> {});
        private final Reader reader = new Reader(Long.MAX_VALUE);

        public WritingMeetsALeaver() {
            Flux<byte[]> chunks = body.read();
            if (chunks != null) {
                chunks.subscribe(reader);
            }
            body.append(chunk(1));
        }

        @Actor
        public void write() {
            body.append(chunk(2));
            body.complete();
        }

        @Actor
        public void leave() {
            reader.cancel();
        }

        @Arbiter
        public void after(L_Result result) {
            result.r1 = reader.read() + ' ' + body.slowestLag();
        }
    }
}
