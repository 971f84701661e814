package io.tidemark.gateway.overload;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * The bytes that this process holds for clients and origins at the moment, against one budget. What is counted is what a
 * stranger can make the process hold: not the stores, which have bounds of their own. Output that clients do not read counts up
 * to {@link OverloadStage#JOIN_NOTHING}: past that nobody else is refused for it, but its clients are let go. Heads that have not
 * come whole have a share of their own, so that nobody whose head is whole is refused for them.
 *
 * <p>Thread-safe, without locks. Whoever holds bytes gives them back exactly once; an {@link Account} sees to that.
 */
public final class HeldBytes {
    private final long budget;
    private final AtomicLong held = new AtomicLong(); // all but the output and heads
    private final AtomicLong heads = new AtomicLong();
    private final AtomicLong output = new AtomicLong();
    private final Map<HeldFor, LongAdder> uses = new EnumMap<>(HeldFor.class);
    private final Map<HeldFor, LongAdder> refusals = new EnumMap<>(HeldFor.class);

    /** @param budget bytes, at least 1 */
    public HeldBytes(long budget) {
        if (budget < 1) {
            throw new IllegalArgumentException("a budget of at least one byte: " + budget);
        }
        this.budget = budget;
        for (HeldFor use : HeldFor.values()) {
            uses.put(use, new LongAdder());
            refusals.put(use, new LongAdder());
        }
    }

    /** One that refuses nothing. */
    public static HeldBytes unlimited() {
        return new HeldBytes(Long.MAX_VALUE);
    }

    /** An account with nothing on it. */
    public Account account(HeldFor use) {
        return new Account(this, use);
    }

    /** Holds the bytes unless the budget's stage for this use, or its share, is reached: whether it does. */
    boolean tryHold(HeldFor use, long bytes) {
        if (add(use, bytes) > use.limit(budget)) {
            add(use, -bytes);
            of(refusals, use).increment();
            return false;
        }
        of(uses, use).add(bytes);
        return true;
    }

    /** Holds them in any case. */
    void hold(HeldFor use, long bytes) {
        add(use, bytes);
        of(uses, use).add(bytes);
    }

    void release(HeldFor use, long bytes) {
        add(use, -bytes);
        of(uses, use).add(-bytes);
    }

    private long add(HeldFor use, long bytes) {
        if (use == HeldFor.HEADS) {
            return heads.addAndGet(bytes);
        }
        if (use == HeldFor.OUTPUT) {
            output.addAndGet(bytes);
        } else {
            held.addAndGet(bytes);
        }
        return counted();
    }

    private long counted() {
        return held.get() + Math.min(output.get(), OverloadStage.JOIN_NOTHING.from(budget));
    }

    public OverloadStage stage() {
        long now = counted();
        OverloadStage reached = OverloadStage.NORMAL;
        for (OverloadStage stage : STAGES) {
            if (now < stage.from(budget)) {
                break;
            }
            reached = stage;
        }
        return reached;
    }

    private static final OverloadStage[] STAGES = OverloadStage.values();

    /** Bytes, of all uses together. */
    public long held() {
        return held.get() + heads.get() + output.get();
    }

    /** Bytes of one use. */
    public long held(HeldFor use) {
        return of(uses, use).sum();
    }

    /** How often bytes were refused to one use since the start. */
    public long refused(HeldFor use) {
        return of(refusals, use).sum();
    }

    /** Bytes. */
    public long budget() {
        return budget;
    }

    private static LongAdder of(Map<HeldFor, LongAdder> adders, HeldFor use) {
        LongAdder adder = adders.get(use);
        if (adder == null) {
            throw new IllegalStateException("nothing is counted for " + use);
        }
        return adder;
    }
}
