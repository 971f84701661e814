package io.tidemark.k8s;

/**
 * What a gateway does with the memory of its container: the heap and buffers that {@code docker/start} gives it, and how the
 * heap is divided where it is said ({@code tidemark.store.local-size}, {@code tidemark.purge.max-targets}).
 *
 * @param heap bytes, {@code -Xmx}
 * @param buffers bytes outside of it
 */
record ContainerMemory(long heap, long buffers) {
    private static final long ALL_ELSE = 160L << 20;
    private static final long LEAST = 96L << 20;
    private static final int MOST_TARGETS = 1_000_000;

    static ContainerMemory of(long limit) {
        long rest = Math.max(LEAST, limit - ALL_ELSE - limit / 32);
        return new ContainerMemory(Math.min(rest - rest / 8, limit / 100 * 60), rest / 8);
    }

    /** A quarter of the heap for stored responses: the smallest heaps that were tried ran well with a third. */
    long store() {
        return heap / 4;
    }

    /** A sixth of it for purged targets, and no more than are remembered by default. */
    int maxTargets() {
        return (int) Math.min(MOST_TARGETS, heap / 6 / (long) Sizing.TARGET_BYTES);
    }
}
