package io.tidemark.simulation;

import io.tidemark.contracts.Position;
import io.tidemark.gateway.cache.CacheKey;
import io.tidemark.gateway.cache.PresentedRequest;
import io.tidemark.gateway.cache.StoredResponse;
import io.tidemark.gateway.cache.Variant;
import io.tidemark.gateway.store.RegionStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * One gateway's way to its region's memory. Commands take their time, overtake each other, and answers get lost: what was
 * given up as failed may still be carried out later, even after its gateway's death.
 */
final class RegionLink implements RegionStore {
    private final World world;
    private final RegionMemory memory;
    private final Supplier<Position> watermark;
    private final List<Command<?>> underWay = new ArrayList<>();
    private boolean dead;

    RegionLink(World world, RegionMemory memory, Supplier<Position> watermark) {
        this.world = world;
        this.memory = memory;
        this.watermark = watermark;
    }

    private final class Command<T> {
        private final Supplier<T> action;
        private final CompletableFuture<T> reply = new CompletableFuture<>();
        private final int arrives;
        private final int returns;
        private final boolean isWrite;
        private T result;
        private boolean carriedOut;

        Command(Supplier<T> action, T unknown, int arrives, int returns, boolean isWrite) {
            this.action = action;
            this.result = unknown;
            this.arrives = arrives;
            this.returns = returns;
            this.isWrite = isWrite;
        }

        /** Whether nothing is left to be done. */
        boolean move() {
            if (!carriedOut && arrives <= world.clock.now()) {
                if (dead && isWrite) {
                    world.tally.count(Tally.Kind.SHARED_WRITE_AFTER_CRASH);
                }
                result = action.get();
                carriedOut = true;
            }
            return carriedOut && (dead || returns <= world.clock.now());
        }
    }

    /** Carries out what has arrived, and if the gateway is awake, hands it its replies. */
    void deliver(boolean awake) {
        for (int i = 0; i < underWay.size(); ) {
            Command<?> command = underWay.get(i);
            if (command.move() && (awake || dead)) {
                underWay.remove(i);
                if (!dead) {
                    reply(command);
                }
            } else {
                i++;
            }
        }
    }

    private static <T> void reply(Command<T> command) {
        command.reply.complete(command.result);
    }

    void die() {
        dead = true;
    }

    boolean isQuiet() {
        return underWay.isEmpty();
    }

    private <T> CompletionStage<T> ask(Supplier<T> action, T failure, boolean isWrite) {
        int luck = world.random.nextInt(32);
        if (luck < 22) {
            return CompletableFuture.completedFuture(action.get());
        }
        int arrives = world.clock.now() + world.random.nextInt(luck < 30 ? 3 : 12);
        Command<T> command = new Command<>(action, failure, arrives, arrives + world.random.nextInt(3), isWrite);
        underWay.add(command);
        if (luck < 30) {
            return command.reply;
        }
        world.tally.count(Tally.Kind.SHARED_FAILURE);
        return CompletableFuture.completedFuture(failure);
    }

    @Override
    public CompletionStage<List<StoredResponse>> find(CacheKey key, PresentedRequest request) {
        CompletionStage<List<StoredResponse>> asked = ask(() -> memory.find(key), List.of(), false);
        return asked.thenApply(this::found);
    }

    private List<StoredResponse> found(List<StoredResponse> found) {
        if (!found.isEmpty()) {
            world.tally.count(Tally.Kind.SHARED_FOUND);
        }
        return world.has(Guard.SHARED_CHECK)
                ? found
                : found.stream()
                        .map(response -> dated(response, watermark.get()))
                        .toList();
    }

    @Override
    public CompletionStage<Boolean> store(CacheKey key, StoredResponse response, Duration keep) {
        return ask(() -> memory.store(key, response), false, true);
    }

    /** As if it had been asked for now. */
    private static StoredResponse dated(StoredResponse response, Position position) {
        return new StoredResponse(response.head(), response.variant(), response.body(), position, response.subject());
    }

    @Override
    public CompletionStage<Boolean> remove(CacheKey key, Variant variant) {
        return ask(() -> memory.remove(key, variant), false, true);
    }

    @Override
    public CompletionStage<Boolean> takeRefresh(CacheKey key, String owner, Duration lease) {
        return ask(() -> memory.takeFlag(key, owner, steps(lease)), true, true);
    }

    @Override
    public void extendRefresh(CacheKey key, String owner, Duration lease) {
        var _ = ask(() -> memory.extendFlag(key, owner, steps(lease)), false, true);
    }

    @Override
    public void releaseRefresh(CacheKey key, String owner) {
        var _ = ask(() -> memory.releaseFlag(key, owner), false, true);
    }

    @Override
    public CompletionStage<Boolean> isRefreshing(CacheKey key) {
        return ask(() -> memory.isFlagged(key), false, false);
    }

    @Override
    public boolean isUp() {
        return true;
    }

    private static int steps(Duration duration) {
        return (int) (duration.toMillis() / 100);
    }
}
