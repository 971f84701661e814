package io.tidemark.gateway.erase;

import io.tidemark.contracts.Erasure;
import io.tidemark.state.erasure.Eraser;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/** The responses that purges cover. Those of persons are the {@link io.tidemark.state.erasure.PersonEraser}'s. */
final class ResponseEraser implements Eraser {
    private final String region;
    private final RedisEraser redis;
    private final InstantSource clock;
    private final LongConsumer onDeleted;

    /** @param onDeleted told how many responses were deleted */
    ResponseEraser(String region, RedisEraser redis, InstantSource clock, LongConsumer onDeleted) {
        this.region = region;
        this.redis = redis;
        this.clock = clock;
        this.onDeleted = onDeleted;
    }

    @Override
    public List<Erasure> erase(List<Logged> purges) {
        List<Logged> ours = purges.stream()
                .filter(logged -> !logged.purge().erasesPersons())
                .toList();
        long start = System.nanoTime();
        long[] deleted = redis.erase(ours.stream()
                .map(logged -> Erasable.of(logged.purge(), logged.position()))
                .toList());
        long tookMs = Duration.ofNanos(System.nanoTime() - start).toMillis();
        List<Erasure> reports = new ArrayList<>();
        for (int i = 0; i < deleted.length; i++) {
            onDeleted.accept(deleted[i]); // before anybody hears of it
            Logged logged = ours.get(i);
            reports.add(new Erasure(
                    Erasure.SCHEMA,
                    region,
                    logged.position(),
                    logged.purge().id(),
                    deleted[i],
                    tookMs,
                    clock.instant()));
        }
        return reports;
    }
}
